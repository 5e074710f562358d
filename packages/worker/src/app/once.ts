import { fault, FaultError } from '@ccbot/shared/faults/fault';
import { EXIT } from '@ccbot/shared/protocol/exit-codes';
import { createKernel } from './kernel';
import { createSettings } from '../store/settings';
import { createPoll } from '../telegram/poll';
import { openWorld } from './open-world';
import { botUsername, wayOf, type PollWorld } from './run-world';

/** How long `--once` sends what is waiting, ms. */
const FLUSH_MS = 30_000;

export interface OnceReport {
  /** New updates. */
  updates: number;
  sessions: { attached: string[]; ended: string[]; lost: string[]; missing: string[]; adopted: string[] };
  transcriptLines: number;
  /** Successful calls to Telegram. */
  sent: number;
  leftToSend: number;
  leftToHandle: number;
}

/** Runs one round for debugging: reconciles, fetches and handles what waits, reads transcripts to their ends, sends, reports. */
export async function runOnce(base: PollWorld, picture: string, json: boolean): Promise<number> {
  // It would poll beside the machine that holds the lease.
  if (base.cluster !== undefined) throw new FaultError(fault('CLUSTER_ONCE', {}));
  const deps = await openWorld(base, picture);
  const settings = createSettings(deps.store);
  const kernel = createKernel({
    ...deps,
    botUsername: await botUsername(deps, settings),
    health: () => [],
  });
  const { outbox, watch } = kernel.rooms;
  const poll = createPoll({
    api: deps.pollApi,
    updates: deps.updates,
    way: wayOf(deps),
    clock: {
      now: () => deps.now(),
      monotonicMs: () => performance.now(),
      chance: () => deps.chance(),
    },
    log: deps.log,
  });
  const sessions = await kernel.start();
  try {
    const updates = await poll.once();
    await kernel.inbox.journal.drained();
    await kernel.settled();
    await outbox.flush(FLUSH_MS);
    const report: OnceReport = {
      updates,
      sessions,
      transcriptLines: watch.follower.lines(),
      sent: outbox.sent(),
      leftToSend: outbox.depth(),
      leftToHandle: deps.updates.depth(),
    };
    process.stdout.write(json ? `${JSON.stringify(report)}\n` : reportText(report));
    return EXIT.ok;
  } finally {
    await kernel.stop();
    await outbox.stop();
    await deps.painter.stop();
  }
}

function reportText(report: OnceReport): string {
  const list = (ids: string[]): string => (ids.length === 0 ? 'none' : ids.join(', '));
  return [
    `updates handled:     ${report.updates}${report.leftToHandle > 0 ? ` (${report.leftToHandle} left)` : ''}`,
    `sessions recovered:  ${list(report.sessions.attached)}`,
    `sessions ended:      ${list(report.sessions.ended)}`,
    `sessions lost:       ${list(report.sessions.lost)}`,
    `window not found:    ${list(report.sessions.missing)}`,
    `found by windows:    ${list(report.sessions.adopted)}`,
    `transcript lines:    ${report.transcriptLines}`,
    `calls to Telegram:   ${report.sent}${report.leftToSend > 0 ? ` (${report.leftToSend} left)` : ''}`,
    '',
  ].join('\n');
}
