/** What SQLite stores and returns here. Integers are exact up to 2^53; a larger one in a damaged row is an error. */
export type Value = string | number | null | Uint8Array;

/** A prepared statement. Every method throws what SQLite reports; `resultOf` reads such an error. */
export interface Statement<Params extends readonly Value[] = Value[], Row = unknown> {
  /** The first row. */
  get(...params: Params): Row | undefined;
  all(...params: Params): Row[];
  /** One row at a time. The statement must not be used again before the end. */
  iterate(...params: Params): IterableIterator<Row>;
  /** The first column of the first row. */
  value(...params: Params): unknown;
  /** `changes`: rows that were inserted, changed or deleted. */
  run(...params: Params): { changes: number; lastInsertRowid: number };
}

/** One connection to a database, synchronous. Its methods throw what SQLite reports; `resultOf` reads such an error. */
export interface Database {
  readonly path: string;
  readonly inTransaction: boolean;
  prepare<Params extends readonly Value[] = Value[], Row = unknown>(sql: string): Statement<Params, Row>;
  /** Runs one or more statements without parameters. */
  exec(sql: string): void;
  /** Runs `PRAGMA source`, and returns the first value of its answer. */
  pragma(source: string): unknown;
  /** Runs `work` in a transaction that may write from its start. An error undoes it, and is thrown on. */
  transaction<T>(work: () => T): T;
  /** Also moves the log into the file, when nothing else has it open. */
  close(): void;
}
