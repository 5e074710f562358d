import { fault, FaultError, reasonOf } from '@ccbot/shared/faults/fault';

/** Codes of the system and of SQLite that mean that the disk is full. */
const FULL: ReadonlySet<unknown> = new Set([
  'ENOSPC',
  'EDQUOT',
  'SQLITE_FULL',
  'SQLITE_IOERR_WRITE',
  'SQLITE_IOERR_FSYNC',
  'SQLITE_IOERR_SHMSIZE',
]);

/** Turns an error of SQLite, or a full disk, into a {@link FaultError}; any other error stays as it is. */
export function storeFault(path: string, error: unknown): unknown {
  const code = codeOf(error);
  if (FULL.has(code)) return new FaultError(fault('STORE_FULL', { path }));
  if (typeof code !== 'string' || !code.startsWith('SQLITE')) return error;
  return new FaultError(fault('STORE_FAILED', { path, reason: reasonOf(error) }));
}

/** A damaged database, as SQLite's own check found it. */
export class BrokenDatabase extends Error {}

export function isBroken(error: unknown): boolean {
  if (error instanceof BrokenDatabase) return true;
  const code = codeOf(error);
  return code === 'SQLITE_NOTADB' || (typeof code === 'string' && code.startsWith('SQLITE_CORRUPT'));
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown } | null | undefined)?.code;
}
