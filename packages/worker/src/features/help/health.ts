import * as z from 'zod/mini';
import type { World } from '../../app/model';
import type { Machine } from '../../cluster/model';
import type { Words } from '../../words/words';
import { helpWords } from './words/words';

/** What another machine says of how it is doing. */
export const healthReport = z.object({
  /** Of its worker, bytes. */
  memory: z.number(),
  /** Updates that it has not handled, and since when the oldest waits, ms since the epoch. */
  updates: z.number(),
  oldestAt: z.optional(z.number()),
  sessions: z.number(),
  /** Messages that it has not sent. */
  toSend: z.number(),
});
export type HealthReport = z.infer<typeof healthReport>;

/** Memory is reported in steps of this, bytes: it changes all the time. */
const MEMORY_STEP = 10 * 1024 * 1024;

export function reportHealth(
  { updates }: Pick<World, 'updates'>,
  counts: { sessions: number; toSend: number },
): HealthReport {
  const oldestAt = updates.oldest();
  return {
    memory: Math.round(process.memoryUsage.rss() / MEMORY_STEP) * MEMORY_STEP,
    updates: updates.depth(),
    ...(oldestAt === undefined ? {} : { oldestAt }),
    ...counts,
  };
}

/** The lines of `/health` for another machine. `report`: undefined where it has not reported yet. */
export function machineLines(
  { version, startedAt }: Pick<Machine, 'version' | 'startedAt'>,
  report: HealthReport | undefined,
  now: number,
  words: Words,
): string[] {
  const { health } = words.of(helpWords);
  const lines = [health.process(version, now - startedAt)];
  if (report === undefined) return lines;
  const { memory, updates, oldestAt, sessions, toSend } = report;
  return [
    ...lines,
    health.memory(memory),
    health.updates(updates, oldestAt === undefined ? undefined : now - oldestAt),
    health.sessions(sessions),
    health.toSend(toSend),
  ];
}
