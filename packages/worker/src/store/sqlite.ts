import { existsSync } from 'node:fs';
import { loadPrebuilt, withAddon } from '@ccbot/shared/addons/load';
import type { Database, Statement, Value } from './database';

export interface OpenOptions {
  readonly?: boolean;
  fileMustExist?: boolean;
  /** Allows what SQLite otherwise refuses because it can damage a database, such as `writable_schema`. */
  unsafe?: boolean;
}

const SQLITE = '@photostructure/sqlite';

/** How long a statement waits while another process writes, ms. */
const BUSY_MS = 5_000;

/** What we use of the interface of `node:sqlite`, which both drivers have. */
interface Driver {
  readonly DatabaseSync: new (
    path: string,
    options: { readOnly: boolean; defensive: boolean; timeout: number },
  ) => Connection;
}

interface Connection {
  readonly isTransaction: boolean;
  exec(sql: string): void;
  prepare(sql: string): NativeStatement;
  close(): void;
}

interface NativeStatement {
  get(...params: readonly Value[]): object | undefined;
  all(...params: readonly Value[]): unknown[];
  iterate(...params: readonly Value[]): IterableIterator<unknown>;
  run(...params: readonly Value[]): { changes: number; lastInsertRowid: number };
}

/** Opens a database. Throws what SQLite throws, and a `FaultError` `ADDON_BROKEN`. */
export function openSqlite(path: string, options: OpenOptions = {}): Database {
  if (options.fileMustExist === true && !existsSync(path)) throw new Error(`${path} does not exist`);
  const { DatabaseSync } = loadDriver();
  const connection = new DatabaseSync(path, {
    readOnly: options.readonly === true,
    defensive: options.unsafe !== true,
    timeout: BUSY_MS,
  });
  return databaseOf(path, connection);
}

/**
 * The package has the same SQLite for every Node.js. Where it has no binary for the system (Android, 32-bit ARM), npm leaves
 * it out, and Node.js's own does, from 22.13 on.
 */
function loadDriver(): Driver {
  try {
    // Its native part has all that we use; the scripts around it add to that.
    return loadPrebuilt<Driver>(SQLITE) ?? withAddon(SQLITE, (loaded: Driver) => loaded);
  } catch (error) {
    const builtIn = process.getBuiltinModule('node:sqlite') as Driver | undefined;
    if (builtIn === undefined) throw error;
    return builtIn;
  }
}

function databaseOf(path: string, connection: Connection): Database {
  const prepare = <Params extends readonly Value[], Row>(sql: string): Statement<Params, Row> =>
    statementOf(connection.prepare(sql));
  return {
    path,
    get inTransaction() {
      return connection.isTransaction;
    },
    prepare,
    exec(sql) {
      connection.exec(sql);
    },
    pragma: (source) => prepare<[], unknown>(`PRAGMA ${source}`).value(),
    transaction: (work) => transact(connection, work),
    close() {
      connection.close();
    },
  };
}

function statementOf<Params extends readonly Value[], Row>(native: NativeStatement): Statement<Params, Row> {
  return {
    get: (...params) => native.get(...params.map(bindable)) as Row | undefined,
    all: (...params) => native.all(...params.map(bindable)) as Row[],
    iterate: (...params) => native.iterate(...params.map(bindable)) as IterableIterator<Row>,
    value: (...params) => Object.values(native.get(...params.map(bindable)) ?? {})[0],
    run: (...params) => native.run(...params.map(bindable)),
  };
}

/** A text ends at a NUL for SQLite's functions and for the driver: what follows would be lost. */
function bindable(value: Value): Value {
  return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\ufffd') : value;
}

function transact<T>(connection: Connection, work: () => T): T {
  connection.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    connection.exec('COMMIT');
    return result;
  } catch (error) {
    // SQLite itself has undone it after some errors, such as a full disk.
    if (connection.isTransaction) connection.exec('ROLLBACK');
    throw error;
  }
}

/** A result code of SQLite: the primary one, and the extended one that has it in its lowest byte. */
export interface SqliteResult {
  primary: number;
  extended: number;
}

/** What SQLite reported with an error; null for an error of something else. */
export function resultOf(error: unknown): SqliteResult | null {
  const { code, errcode } = (error ?? {}) as { code?: unknown; errcode?: unknown };
  if (code !== 'ERR_SQLITE_ERROR' || typeof errcode !== 'number') return null;
  return { primary: errcode & 0xff, extended: errcode };
}
