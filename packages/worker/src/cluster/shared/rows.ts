import type { LogFn } from '@ccbot/shared/log/logger';
import { parseJson } from '@ccbot/shared/protocol/json';
import * as z from 'zod/mini';
import type { Entry } from '../link';
import type { Machine, SharedSession } from '../model';

/** What a machine says of itself. */
export const machineRow = z.object({
  /** The version of what it writes for others. */
  schema: z.number(),
  /** The machine's own id, which stays the same across restarts. */
  id: z.string(),
  /** One run of its worker. */
  instance: z.string(),
  version: z.string(),
  startedAt: z.number(),
  state: z.enum(['up', 'stopped']),
});
export type MachineRow = z.infer<typeof machineRow>;

export const sessionRow = z.object({
  id: z.string(),
  host: z.string(),
  name: z.string(),
  agent: z.string(),
  cwd: z.string(),
  chatId: z.number(),
  phase: z.string(),
  activity: z.string(),
  live: z.boolean(),
  createdAt: z.number(),
  // An earlier version does not write these, and a later one may write them in another way.
  about: z.catch(z.optional(z.string()), undefined),
  ended: z.catch(z.optional(z.object({ at: z.number(), why: z.string() })), undefined),
  panel: z.catch(
    z.optional(
      z.object({
        state: z.string(),
        since: z.exactOptional(z.number()),
        context: z.exactOptional(z.number()),
      }),
    ),
    undefined,
  ),
});

/** How far a machine is in a chat. */
export const handledRow = z.object({
  /** The last update that it has handled. */
  update: z.number(),
  /** Whether it waits for the chat's next text: `any` also for one that begins with `/`. */
  awaits: z.enum(['no', 'text', 'any']),
  /** The last of them with which the user wrote; absent: none, or an earlier version wrote this. */
  written: z.exactOptional(z.number()),
});
export type HandledRow = z.infer<typeof handledRow>;

/** A machine without news for this long is away, ms. It says so every 5 s. */
const AWAY_MS = 15_000;
/** Time between two such messages, ms. */
export const PRESENCE_MS = 5_000;

/** No row is larger than this, UTF-16 units. */
const ROW_MAX = 250_000;

export function rowIn<T>(schema: z.ZodMiniType<T>, entry: Entry | undefined): T | null {
  const value = entry?.value ?? null;
  return value === null || value.length > ROW_MAX ? null : parseJson(schema, value);
}

/** Reads the row of an entry; null: there is none, or it cannot be read. */
export type ReadRow<T> = (entry: Entry) => T | null;

/** Reads each entry once, however often it is asked for, and logs once what it cannot read. */
export function rowReader<T>(schema: z.ZodMiniType<T>, log: LogFn): ReadRow<T> {
  const known = new WeakMap<Entry, { row: T | null }>();
  return (entry) => {
    const found = known.get(entry);
    if (found !== undefined) return found.row;
    const row = rowIn(schema, entry);
    if (row === null && entry.value !== null)
      log('warn', 'shared value unreadable', { key: entry.key, bytes: entry.value.length });
    known.set(entry, { row });
    return row;
  };
}

/** All machines, by name. `now`: what the server's clock said last, because those of the machines may differ. */
export function machinesIn(
  entries: readonly Entry[],
  self: string,
  now: number,
  read: ReadRow<MachineRow> = (entry) => rowIn(machineRow, entry),
): Machine[] {
  return entries
    .flatMap((entry) => {
      const row = read(entry);
      if (row === null) return [];
      const host = entry.key.slice(entry.key.indexOf('.') + 1);
      const isSelf = host === self;
      const isAway = !isSelf && (row.state === 'stopped' || entry.at < now - AWAY_MS);
      return [{ host, version: row.version, startedAt: row.startedAt, seenAt: entry.at, isAway, isSelf }];
    })
    .sort((a, b) => (a.host < b.host ? -1 : 1));
}

/** All sessions, oldest first. */
export function sessionsIn(entries: readonly Entry[], read: ReadRow<SharedSession>): SharedSession[] {
  return entries.flatMap((entry) => read(entry) ?? []).sort((a, b) => a.createdAt - b.createdAt);
}
