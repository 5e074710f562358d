import { Writable } from 'node:stream';
import { createLogger, format, transports, type Logger } from 'winston';
import { reasonOf } from '../faults/fault';
import { redactValue } from './redact';
import { appendRotating, type RotatingFileOptions } from './rotating-file';

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

/** How much we buffer for a stream that nobody reads, bytes. Later lines appear in the file only. */
const STREAM_BUFFER_MAX = 256_000;

/** A log file is rotated at this size, bytes. */
const MAX_BYTES = 5_000_000;
/** 5 files of 5 MB hold several weeks of ordinary use. */
export const MAX_FILES = 5;

/** Creates a log. Its failures (a full disk, a closed terminal) never reach the caller; stderr gets one line about them. */
export function createLog(options: LogOptions): Log {
  const { level, file, stream } = options;
  const logger = createLogger({
    level: 'debug', // `logOf` filters by level before winston sees a line
    format: format.combine(format.timestamp(), redactFormat(options.secrets ?? [])),
    transports: [],
    exitOnError: false,
  });
  if (file !== undefined) {
    const rotating = {
      path: file.path,
      maxBytes: file.maxBytes ?? MAX_BYTES,
      maxFiles: file.maxFiles ?? MAX_FILES,
    };
    logger.add(new transports.Stream({ stream: fileStream(rotating), format: format.json() }));
  }
  if (stream !== undefined) {
    const text = format.printf((info) => lineOf({ ...info }, stream.colour));
    logger.add(
      new transports.Stream({
        stream: droppingStream(stream.to),
        format: stream.as === 'json' ? format.json() : text,
      }),
    );
  }
  if (logger.transports.length === 0) logger.silent = true;
  const state = { closed: false, level: typeof level === 'function' ? level : () => level };
  return logOf(logger, state, options.fields ?? {});
}

function redactFormat(secrets: readonly string[]) {
  return format((info) => {
    const clean = redactValue({ ...info }, secrets);
    // Empty `info` first: a key that is a secret would otherwise stay beside its redacted copy.
    for (const key of Object.keys(info)) Reflect.deleteProperty(info, key);
    return Object.assign(info, clean);
  })();
}

/** State shared by a log and all logs derived from it. */
interface LogState {
  closed: boolean;
  level(): Level;
}

/** Most important first. */
const LEVELS: readonly Level[] = ['error', 'warn', 'info', 'debug'];

function logOf(logger: Logger, state: LogState, fields: Readonly<Record<string, unknown>>): Log {
  const log: LogFn = (level, text, meta) => {
    if (state.closed || LEVELS.indexOf(level) > LEVELS.indexOf(state.level())) return;
    logger.log({ ...fields, ...meta, level, message: text });
  };
  return Object.assign(log, {
    with: (more: Readonly<Record<string, unknown>>) => logOf(logger, state, { ...fields, ...more }),
    close: () => closeLogger(logger, state),
  });
}

function closeLogger(logger: Logger, state: LogState): Promise<void> {
  return new Promise((resolve) => {
    let left = logger.transports.length;
    if (left === 0 || state.closed) return resolve();
    state.closed = true;
    for (const transport of logger.transports) transport.once('finish', () => --left === 0 && resolve());
    logger.end();
  });
}

/** Drops lines while nobody reads the target: a stuck or closed terminal must neither block us nor fill our memory. */
function droppingStream(target: NodeJS.WritableStream): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (((target as Partial<Writable>).writableLength ?? 0) < STREAM_BUFFER_MAX) target.write(chunk);
      done();
    },
  });
}

/**
 * A stream into a rotated file. winston's own File transport loses lines while it rotates and never finishes on a
 * full disk. Here only the lines that cannot be written are lost, and stderr reports the first of them.
 */
function fileStream(options: RotatingFileOptions): Writable {
  let lost = 0;
  return new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      try {
        appendRotating(options, chunk);
        if (lost > 0)
          process.stderr.write(`ccbot: writing the log ${options.path} works again; ${lost} lines lost\n`);
        lost = 0;
      } catch (error) {
        if (lost++ === 0) {
          process.stderr.write(`ccbot: cannot write the log ${options.path}: ${reasonOf(error)}\n`);
        }
      }
      done();
    },
  });
}

const COLOURS: Record<string, string> = {
  error: '\u001b[31m',
  warn: '\u001b[33m',
  info: '\u001b[36m',
  debug: '\u001b[90m',
};

/** Control characters, which could move a terminal's cursor or change its colours. A program's output may contain them. */
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Formats a log record as one line for a terminal. Fields without a value are left out; a JSON line has them. */
export function lineOf(record: Readonly<Record<string, unknown>>, colour: boolean): string {
  const { level, message, timestamp, program, stack, ...rest } = record;
  const paint = colour ? (COLOURS[String(level)] ?? '') : '';
  const end = paint === '' ? '' : '\u001b[0m';
  const time = String(timestamp ?? '')
    .replace('T', ' ')
    .replace(/\.\d+Z$/, '');
  const meta = Object.entries(rest)
    .map(([key, value]) => [key, shown(value)])
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `${key}=${value}`)
    .join(' ');
  const source = shown(program) === '' ? '' : `${String(program)}: `;
  const text = String(message).replace(CONTROL, '');
  return `${time} ${paint}${String(level).padEnd(5)}${end} ${source}${text}${meta === '' ? '' : ` ${meta}`}${
    shown(stack) === '' ? '' : `\n${String(stack).replace(CONTROL, '')}`
  }`;
}

/** A field as it is shown; empty if it has no value: nothing, a blank text, or a list or object without entries. */
function shown(value: unknown): string {
  if (typeof value === 'string' && (/^\S*$/.test(value) || value.trim() === '')) return value.trim();
  // Undefined for values that JSON does not know.
  const json = JSON.stringify(value) as string | undefined;
  return json === undefined || /^(?:null|\[\]|\{\})$/.test(json) ? '' : json;
}
