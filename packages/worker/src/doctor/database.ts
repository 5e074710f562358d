import { existsSync } from 'node:fs';
import { checkOf, type Check } from '@ccbot/shared/doctor/check';
import { FaultError, reasonOf } from '@ccbot/shared/faults/fault';
import type { Database } from '../store/database';
import { MIGRATIONS } from '../store/migrations';
import { openSqlite } from '../store/sqlite';
import type { Examine } from './deps';

/** How many of the failed updates to list. */
const MAX_LISTED = 5;

/** The database's integrity, its schema, and the failed updates. Read-only, so it also works while the worker runs. */
export const examineDatabase: Examine = ({ paths }) => {
  const check = checkOf('database', 'database');
  if (!existsSync(paths.db)) return [check.ok('none yet, the first start creates it')];
  let db: Database | undefined;
  try {
    db = openSqlite(paths.db, { readonly: true, fileMustExist: true });
    const verdict = String(db.pragma('integrity_check(1)'));
    if (verdict !== 'ok') return [broken(paths.db, verdict)];
    const version = Number(db.pragma('user_version'));
    if (version > MIGRATIONS.length) {
      return [
        check.bad(
          `${paths.db} was written by a later ccbot (schema ${version}, this one knows ${MIGRATIONS.length})`,
          'Install that version again.',
        ),
      ];
    }
    return [check.ok(`intact, schema ${version} of ${MIGRATIONS.length}`), ...failedUpdates(db)];
  } catch (error) {
    if (error instanceof FaultError) return [check.skipped(error.fault.what)];
    return [broken(paths.db, reasonOf(error))];
  } finally {
    db?.close();
  }
};

function broken(path: string, reason: string): Check {
  return checkOf('database', 'database').bad(
    `${path} is damaged: ${reason}`,
    'Run `ccbot stop`, then `ccbot doctor --repair`. It moves the damaged file aside and creates a new one.',
  );
}

/** Updates that failed three times and no longer block others. */
function failedUpdates(db: Database): Check[] {
  const check = checkOf('set-aside', 'failed messages');
  const hasTable = db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'updates'").get();
  if (hasTable === undefined) return [];
  const rows = db
    .prepare<[], { id: number; error: string | null }>(
      "SELECT id, error FROM updates WHERE state = 'failed' ORDER BY id DESC",
    )
    .all();
  if (rows.length === 0) return [check.ok('none')];
  const listed = rows
    .slice(0, MAX_LISTED)
    .map(({ id, error }) => `update ${id}: ${(error ?? '?').slice(0, 120)}`);
  return [
    check.warn(
      `${rows.length} could not be processed (${listed.join('; ')}${rows.length > MAX_LISTED ? '; …' : ''})`,
      'Send the message again. If it fails again, report it with the output of `ccbot logs worker --level error`.',
    ),
  ];
}
