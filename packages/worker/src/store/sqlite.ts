import { join } from 'node:path';
import { withAddon } from '@ccbot/shared/addons/load';
import type Database from 'better-sqlite3';

/** Opens a database. Throws what SQLite throws, and a `FaultError` `ADDON_BROKEN`. */
export function openSqlite(path: string, options?: Database.Options): Database.Database {
  return withAddon('better-sqlite3', (Sqlite: typeof Database, carried) => {
    const nativeBinding = carried === null ? undefined : join(carried, 'build/Release/better_sqlite3.node');
    return new Sqlite(path, nativeBinding === undefined ? options : { ...options, nativeBinding });
  });
}
