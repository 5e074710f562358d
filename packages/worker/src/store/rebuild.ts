import { isoTime } from '@ccbot/shared/iso-time';
import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { fault, reasonOf, type Fault } from '@ccbot/shared/faults/fault';
import { connect, SUFFIXES } from './connection';
import { storeFault } from './faults';
import { saveRebuildNotice } from './rebuild-notice';
import { salvage } from './salvage';
import { createSettings } from './settings';
import { clearSuspicion } from './soundness';

/** Where a new database is built until it is complete. */
const unfinished = (path: string): string => `${path}.new`;

const backup = (path: string, at: number): string => `${path}.broken-${isoTime(at).replace(/[:.]/g, '-')}`;

/**
 * Puts a new database with everything that is still readable in the place of a damaged one, and keeps the damaged one
 * beside it. When this is killed, the next start finds either the damaged database in its place or the new one complete.
 */
export function rebuild(path: string, error: unknown, at: number): Fault {
  for (const suffix of SUFFIXES) rmSync(unfinished(path) + suffix, { force: true });
  const of = { path, reason: reasonOf(error), aside: backup(path, at) };
  const rebuilt = fault('STORE_REBUILT', of);
  const db = connect(unfinished(path));
  try {
    db.transaction(() => {
      const salvaged = salvage(path, db, at);
      // Stored in the new database: `ccbot doctor` may do this, or a worker that is killed before it can tell anybody.
      saveRebuildNotice(createSettings({ db }), {
        since: lastWritten(path),
        text: `${rebuilt.what}\n\n${rebuilt.todo}`,
        of,
        salvaged,
      });
    });
  } catch (failed) {
    throw storeFault(unfinished(path), failed);
  } finally {
    db.close(); // this also moves the log into the file
  }
  replace(path, at);
  return rebuilt;
}

/** Finishes a rebuild that was killed after it had moved the damaged database away. */
export function finishRebuild(path: string, at: number): void {
  if (!existsSync(path) && existsSync(unfinished(path))) replace(path, at);
}

function replace(path: string, at: number): void {
  for (const suffix of SUFFIXES) {
    if (existsSync(path + suffix)) renameSync(path + suffix, backup(path, at) + suffix);
  }
  renameSync(unfinished(path), path);
  clearSuspicion(path);
}

/** When the database was last written to, ms since the epoch. */
function lastWritten(path: string): number {
  return Math.max(...['', '-wal'].map((s) => (existsSync(path + s) ? statSync(path + s).mtimeMs : 0)));
}
