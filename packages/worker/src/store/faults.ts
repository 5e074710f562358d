import { fault, FaultError, reasonOf } from '@ccbot/shared/faults/fault';
import { resultOf } from './sqlite';

/** Codes of the system that mean that the disk is full. */
const FULL: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT']);

/** SQLite's result codes (sqlite.org/rescode.html). */
const SQLITE = { CORRUPT: 11, FULL: 13, CONSTRAINT: 19, NOTADB: 26 } as const;

/** SQLite's extended codes for a write that the system refused, which is how some file systems report a full disk. */
const IOERR = { WRITE: 778, FSYNC: 1_034, SHMSIZE: 4_874 } as const;

const FULL_RESULTS: ReadonlySet<number> = new Set([SQLITE.FULL, ...Object.values(IOERR)]);

/** Turns an error of SQLite, or a full disk, into a {@link FaultError}; any other error stays as it is. */
export function storeFault(path: string, error: unknown): unknown {
  const result = resultOf(error);
  if (FULL.has(codeOf(error)) || (result !== null && FULL_RESULTS.has(result.extended)))
    return new FaultError(fault('STORE_FULL', { path }));
  if (result === null) return error;
  return new FaultError(fault('STORE_FAILED', { path, reason: reasonOf(error) }));
}

/** A damaged database, as SQLite's own check found it. */
export class BrokenDatabase extends Error {}

export function isBroken(error: unknown): boolean {
  if (error instanceof BrokenDatabase) return true;
  const primary = resultOf(error)?.primary;
  return primary === SQLITE.NOTADB || primary === SQLITE.CORRUPT;
}

/** Whether the schema refuses a row. */
export function isRefused(error: unknown): boolean {
  return resultOf(error)?.primary === SQLITE.CONSTRAINT;
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown } | null | undefined)?.code;
}
