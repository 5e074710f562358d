import { reasonOf } from '../faults/fault';

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
  /** Loads what writes the lines, at the first of them; absent: as any other module. */
  load?: LoadWriter;
}

/** 5 files of 5 MB hold several weeks of ordinary use. */
export const MAX_FILES = 5;

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

/** Loads `./winston`. */
export type LoadWriter = () => Promise<{
  openWriter(options: LogOptions, maxFiles: number): LogWriter;
}>;

/** Creates a log. Its failures (a full disk, a closed terminal) never reach the caller; stderr gets one line about them. */
export function createLog(options: LogOptions): Log {
  const { level } = options;
  const state: LogState = {
    options,
    isSilent: options.file === undefined && options.stream === undefined,
    closed: false,
    level: typeof level === 'function' ? level : () => level,
    writer: null,
    waiting: [],
    opening: null,
  };
  return logOf(state, options.fields ?? {});
}

/** State shared by a log and all logs derived from it. */
interface LogState {
  readonly options: LogOptions;
  readonly isSilent: boolean;
  closed: boolean;
  level(): Level;
  /** Null until the first line has loaded it. */
  writer: LogWriter | null;
  /** Lines that wait for it. */
  waiting: LogRecord[];
  opening: Promise<void> | null;
}

/** Most important first. */
const LEVELS: readonly Level[] = ['error', 'warn', 'info', 'debug'];

function logOf(state: LogState, fields: Readonly<Record<string, unknown>>): Log {
  const log: LogFn = (level, text, meta) => {
    if (state.isSilent || state.closed || LEVELS.indexOf(level) > LEVELS.indexOf(state.level())) return;
    const timestamp = new Date().toISOString();
    write(state, { ...fields, ...meta, level, message: text, timestamp });
  };
  return Object.assign(log, {
    with: (more: Readonly<Record<string, unknown>>) => logOf(state, { ...fields, ...more }),
    close: () => close(state),
  });
}

function write(state: LogState, record: LogRecord): void {
  if (state.writer !== null) return state.writer.write(record);
  state.waiting.push(record);
  state.opening ??= open(state);
}

async function open(state: LogState): Promise<void> {
  try {
    const { load = () => import('./winston') } = state.options;
    const { openWriter } = await load();
    state.writer = openWriter(state.options, MAX_FILES);
    for (const record of state.waiting.splice(0)) state.writer.write(record);
  } catch (error) {
    // As when an update replaced the program while it started. Later lines wait in vain, so there are none.
    process.stderr.write(`ccbot: cannot open the log: ${reasonOf(error)}\n`);
    state.closed = true;
  }
}

async function close(state: LogState): Promise<void> {
  if (state.closed) return;
  state.closed = true;
  await state.opening;
  await state.writer?.close();
}
