import { CLUSTER_SCHEMA } from '@ccbot/shared/cluster/names';
import { fault, FaultError } from '@ccbot/shared/faults/fault';
import { pause } from '@ccbot/shared/pause';
import * as z from 'zod/mini';
import type { Bucket, ClusterLink, Entry } from '../link';
import type { SharedCopy } from './copy';
import { machineKey, PREFIX } from './keys';
import { machineRow, PRESENCE_MS, rowIn, type MachineRow } from './rows';

/** How long to watch another machine of this name before its name is taken, ms: it writes every 5 s. */
const WATCH_MS = 12_000;

export interface PresenceDeps {
  host: string;
  /** Of this machine; `state` is added. */
  row: Omit<MachineRow, 'schema' | 'state'>;
}

/** This machine's entry among the machines, for one connection. */
export interface Presence {
  /**
   * Writes the entry again and again, each time after `check`, until the signal aborts. Rejects with the reason why it may
   * not any more, also when the copy does not show what was written before: then its watch is dead.
   */
  keep(signal: AbortSignal, copy: SharedCopy, check: () => Promise<void>): Promise<void>;
  /** Says that this machine stops. */
  leave(): Promise<void>;
}

/** Takes this machine's name. Throws a {@link FaultError} if another machine has it. */
export async function takeName(
  link: ClusterLink,
  deps: PresenceDeps,
  signal: AbortSignal,
): Promise<Presence> {
  const bucket = link.state;
  const key = machineKey(deps.host);
  let revision = await firstRevision(bucket, key, deps, signal);

  async function write(state: MachineRow['state']): Promise<void> {
    const row: MachineRow = { schema: CLUSTER_SCHEMA, ...deps.row, state };
    const written = await bucket.put(key, JSON.stringify(row), revision);
    if (written === null) throw await refusal(bucket, key, deps);
    revision = written;
  }

  await write('up');
  return {
    async keep(until, copy, check) {
      for (;;) {
        await pause(PRESENCE_MS, until);
        if (until.aborted) return;
        await check();
        if ((copy.get(key)?.revision ?? 0) < revision)
          throw new Error('what was written does not come back from the watch');
        await write('up');
      }
    },
    leave: () => write('stopped'),
  };
}

/** Why our entry was not written: another machine has our name, or the cluster does not have our entry any more. */
async function refusal(bucket: Bucket, key: string, { row, host }: PresenceDeps): Promise<Error> {
  if (isOthers(await bucket.get(key), row)) return new FaultError(fault('CLUSTER_HOST_TAKEN', { host }));
  return new Error('what this machine wrote there is gone');
}

/** The revision to continue from: of our own entry, of one that was given up, or of a machine that is silent. */
async function firstRevision(
  bucket: Bucket,
  key: string,
  { row, host }: PresenceDeps,
  signal: AbortSignal,
): Promise<number> {
  let entry = await bucket.get(key);
  for (const since = performance.now(); isOthers(entry, row) && !signal.aborted;) {
    const before = entry?.revision;
    await pause(1_000, signal);
    entry = await bucket.get(key);
    if (entry?.revision !== before && isOthers(entry, row))
      throw new FaultError(fault('CLUSTER_HOST_TAKEN', { host }));
    if (performance.now() - since > WATCH_MS) break;
  }
  return entry?.revision ?? 0;
}

function isOthers(entry: Entry | null, { id }: PresenceDeps['row']): boolean {
  const found = entry === null ? null : rowIn(machineRow, entry);
  return found !== null && found.id !== id && found.state === 'up';
}

/** A machine's row of any version: nothing else of one that is later has to be as we know it. */
const anyRow = z.object({ schema: z.number() });

/** Null, unless the entry is of a machine that writes what this version cannot read. */
export function newerFault(entry: Entry): FaultError | null {
  const row = entry.key.startsWith(PREFIX.machine) ? rowIn(anyRow, entry) : null;
  if (row === null || row.schema <= CLUSTER_SCHEMA) return null;
  const host = entry.key.slice(PREFIX.machine.length);
  return new FaultError(fault('CLUSTER_NEWER', { host, theirs: row.schema, ours: CLUSTER_SCHEMA }));
}

/** Throws what {@link newerFault} returns. */
export function refuseNewer(entry: Entry): void {
  const newer = newerFault(entry);
  if (newer !== null) throw newer;
}
