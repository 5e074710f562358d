/** How important a line is. */
export type Level = 'error' | 'warn' | 'info' | 'debug';

/** Writes one log line: a constant text, with the values in `meta`. Code that only logs asks for this. */
export type LogFn = (level: Level, text: string, meta?: Readonly<Record<string, unknown>>) => void;

/** A log with its life cycle, for the code that opens and closes it. */
export interface Log extends LogFn {
  /** Returns a log that adds these fields to every line. */
  with(fields: Readonly<Record<string, unknown>>): Log;
  /** Writes out what is buffered. */
  close(): Promise<void>;
}

export interface LogOptions {
  /** The least important level to log; a function if it can change. */
  level: Level | (() => Level);
  /** A file of JSON lines, rotated at `maxBytes`; `maxFiles` are kept. Absent: no file. */
  file?: { path: string; maxBytes?: number; maxFiles?: number };
  /** A terminal (`text`) or a reading program (`json`). */
  stream?: { to: NodeJS.WritableStream; as: 'text' | 'json'; colour: boolean };
  /** Texts to redact, in addition to anything that looks like a token. */
  secrets?: readonly string[];
  /** Fields of every line, such as `program`. */
  fields?: Readonly<Record<string, unknown>>;
}

/** A line as it is written: the constant text is its `message`. */
export type LogRecord = Readonly<Record<string, unknown>> & {
  level: Level;
  message: string;
  timestamp: string;
};

/** Writes the lines of a log. Its failures never reach the caller. */
export interface LogWriter {
  write(record: LogRecord): void;
  /** Writes out what is buffered. */
  close(): Promise<void>;
}
