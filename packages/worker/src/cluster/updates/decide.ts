import type { StreamRecord } from '../link';

/** After a week without updates Telegram continues with a random id, which may be lower. A day less, to be safe. */
const QUIET_MS = 6 * 24 * 3_600_000;

/**
 * Ids this close to each other are of one sequence, whatever the clocks say: the times come from the server and from
 * several machines, and a random id is hardly ever this close.
 */
const NEAR = 10_000;

/** What Telegram is asked for next, and when the update before it arrived, ms since the epoch. */
export interface NextUpdate {
  id: number;
  at: number;
}

/** Whether an update is on the stream already: an earlier poller has stored it, and Telegram did not hear of that. */
export function isStored(update: number, next: NextUpdate | null, at: number): boolean {
  if (next === null || update >= next.id) return false;
  return next.at >= at - QUIET_MS || next.id - update <= NEAR;
}

/** What comes after a batch, of which `highest` is the last update. What it repeats is of the same sequence, and of now. */
export function afterBatch(next: NextUpdate | null, highest: number, at: number): NextUpdate {
  return { id: next !== null && isStored(highest, next, at) ? next.id : highest + 1, at };
}

/** The offset to ask Telegram with; 0: for what it has. */
export function offsetOf(next: NextUpdate | null, at: number): number {
  return next === null || next.at < at - QUIET_MS ? 0 : next.id;
}

/** The later of two: what the stream knows, and what this machine knows. They differ when the cluster lost its data. */
export function laterOf(a: NextUpdate | null, b: NextUpdate | null): NextUpdate | null {
  if (a === null || b === null) return a ?? b;
  if (Math.abs(a.at - b.at) > QUIET_MS && Math.abs(a.id - b.id) > NEAR) return a.at > b.at ? a : b;
  return a.id >= b.id ? a : b;
}

/** How a new poller continues behind the newest record: with which epoch, and with which update. */
export function continueFrom(
  last: StreamRecord | null,
  leaseEpoch: number,
  noted: NextUpdate | null,
): { epoch: number; next: NextUpdate | null } {
  if (last === null) return { epoch: leaseEpoch, next: noted };
  const next = last.update === null ? noted : { id: last.update + 1, at: last.at };
  // Later than everything there, even where the lease was lost and counts from the beginning.
  return { epoch: Math.max(leaseEpoch, last.epoch + 1), next };
}

/** Whether a reader takes a record: never one of an earlier poller behind one of a later. */
export function isCurrent(record: Pick<StreamRecord, 'epoch'>, newestEpoch: number): boolean {
  return record.epoch >= newestEpoch;
}
