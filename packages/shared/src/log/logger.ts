import { Writable } from 'node:stream';
import { createLogger, format, transports, type Logger } from 'winston';
import { reasonOf } from '../faults/fault';
import { redactValue } from './redact';
import { appendRotating, type RotatingFileOptions } from './rotating-file';

/** How much a line matters. */
export type Level = 'error' | 'warn' | 'info' | 'debug';

/** What the programs of ccbot log with. */
export interface Log {
  (level: Level, text: string, meta?: Readonly<Record<string, unknown>>): void;
  /** A log whose lines carry these fields too. */
  with(fields: Readonly<Record<string, unknown>>): Log;
  /** Writes out what is buffered. */
  close(): Promise<void>;
}

/** Where a log goes and what it leaves out. */
export interface LogOptions {
  /** How much is logged; a function where that may change. */
  level: Level | (() => Level);
  /** The file of JSON lines; rotated at `maxBytes`, `maxFiles` of them kept. Absent: no file. */
  file?: { path: string; maxBytes?: number; maxFiles?: number };
  /** Where a person (`text`) or another program (`json`) reads along. */
  stream?: { to: NodeJS.WritableStream; as: 'text' | 'json'; colour: boolean };
  /** Texts that must never appear, beside anything shaped like a token. */
  secrets?: readonly string[];
  /** Fields of every line, such as `program`. */
  fields?: Readonly<Record<string, unknown>>;
}

/** What waits for a reader that does not read, bytes; more is not shown (the file has it). */
const STREAM_BUFFER_MAX = 256_000;

/** Size at which a log file is rotated, bytes. */
const MAX_BYTES = 5_000_000;
/** How many are kept: 5 of 5 MB hold weeks of an ordinary day's lines. */
export const MAX_FILES = 5;

/** Makes a log. Nothing that happens to it (a full disk, a closed terminal) reaches the program, but one line on stderr says so. */
export function createLog(options: LogOptions): Log {
  const secrets = options.secrets ?? [];
  const { level } = options;
  const logger = createLogger({
    level: 'debug', // what is left out is left out before
    format: format.combine(
      format.timestamp(),
      format((info) => {
        const clean = redactValue({ ...info }, secrets);
        // Emptied first: a key that is a secret would stay beside its clean copy.
        for (const key of Object.keys(info)) Reflect.deleteProperty(info, key);
        return Object.assign(info, clean);
      })(),
    ),
    transports: [],
    exitOnError: false,
  });
  const { file, stream } = options;
  if (file !== undefined) {
    logger.add(
      new transports.Stream({
        stream: fileStream({
          path: file.path,
          maxBytes: file.maxBytes ?? MAX_BYTES,
          maxFiles: file.maxFiles ?? MAX_FILES,
        }),
        format: format.json(),
      }),
    );
  }
  if (stream !== undefined) {
    const to = stream.to;
    const sink = new Writable({
      write(chunk: Buffer, _encoding, done) {
        // Not waited for: a terminal that is closed, or stands still, is no reason to stop, nor to keep it all in memory.
        if (((to as Partial<Writable>).writableLength ?? 0) < STREAM_BUFFER_MAX) to.write(chunk);
        done();
      },
    });
    logger.add(
      new transports.Stream({
        stream: sink,
        format:
          stream.as === 'json' ? format.json() : format.printf((info) => lineOf({ ...info }, stream.colour)),
      }),
    );
  }
  if (logger.transports.length === 0) logger.silent = true;
  return logOf(
    logger,
    { ended: false, level: typeof level === 'function' ? level : () => level },
    options.fields ?? {},
  );
}

/** What all logs of one tree share. */
interface Life {
  ended: boolean;
  level(): Level;
}

/** Most important first. */
const LEVELS: readonly Level[] = ['error', 'warn', 'info', 'debug'];

function logOf(logger: Logger, life: Life, fields: Readonly<Record<string, unknown>>): Log {
  const log = (level: Level, text: string, meta?: Readonly<Record<string, unknown>>): void => {
    // Said after the end nobody listens any more.
    if (life.ended || LEVELS.indexOf(level) > LEVELS.indexOf(life.level())) return;
    logger.log({ ...fields, ...meta, level, message: text });
  };
  return Object.assign(log, {
    with: (more: Readonly<Record<string, unknown>>) => logOf(logger, life, { ...fields, ...more }),
    close: () =>
      new Promise<void>((resolve) => {
        let left = logger.transports.length;
        if (left === 0 || life.ended) return resolve();
        life.ended = true;
        for (const transport of logger.transports) transport.once('finish', () => --left === 0 && resolve());
        logger.end();
      }),
  });
}

/**
 * A stream into a rotated file. winston's own File transport loses lines while it rotates and never finishes on
 * a full disk; here a line that cannot be written is lost alone, and stderr is told at the first one.
 */
function fileStream(options: RotatingFileOptions): Writable {
  let lost = 0;
  return new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      try {
        appendRotating(options, chunk);
        if (lost > 0)
          process.stderr.write(`ccbot: the log ${options.path} is written again; ${lost} lines were lost\n`);
        lost = 0;
      } catch (error) {
        if (lost++ === 0) {
          process.stderr.write(`ccbot: the log ${options.path} cannot be written: ${reasonOf(error)}\n`);
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

/** What would move a terminal's cursor or change its colours; a program's output may hold it. */
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** One line of the log for a person. */
export function lineOf(record: Readonly<Record<string, unknown>>, colour: boolean): string {
  const { level, message, timestamp, program, stack, ...rest } = record;
  const paint = colour ? (COLOURS[String(level)] ?? '') : '';
  const end = paint === '' ? '' : '\u001b[0m';
  const time = String(timestamp ?? '')
    .replace('T', ' ')
    .replace(/\.\d+Z$/, '');
  const meta = Object.entries(rest)
    .map(([k, v]) => `${k}=${typeof v === 'string' && /^\S*$/.test(v) ? v : JSON.stringify(v)}`)
    .join(' ');
  const who = program === undefined ? '' : `${String(program)}: `;
  const text = String(message).replace(CONTROL, '');
  return `${time} ${paint}${String(level).padEnd(5)}${end} ${who}${text}${meta === '' ? '' : ` ${meta}`}${
    stack === undefined ? '' : `\n${String(stack).replace(CONTROL, '')}`
  }`;
}
