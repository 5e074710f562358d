import { Writable } from 'node:stream';
import { createLogger, format, transports, type Logger } from 'winston';
import { redactValue } from './redact';

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

export interface LogOptions {
  level: Level;
  /** The file of JSON lines; rotated at `maxBytes`, `maxFiles` of them kept. Absent: no file. */
  file?: { path: string; maxBytes?: number; maxFiles?: number };
  /** Where a person (`text`) or another program (`json`) reads along. */
  stream?: { to: NodeJS.WritableStream; as: 'text' | 'json'; colour: boolean };
  /** Texts that must never appear, beside anything shaped like a token. */
  secrets?: readonly string[];
  /** Fields of every line, such as `program`. */
  fields?: Readonly<Record<string, unknown>>;
}

/** Size at which a log file is rotated, bytes, and how many are kept: 5 of 5 MB hold weeks of an ordinary day's lines. */
const MAX_BYTES = 5_000_000;
const MAX_FILES = 5;

/** Makes a log. Nothing that happens to it (a full disk, a closed terminal) reaches the program, but one line on stderr says so. */
export function createLog(options: LogOptions): Log {
  const secrets = options.secrets ?? [];
  const logger = createLogger({
    level: options.level,
    format: format.combine(
      format.timestamp(),
      format((info) => Object.assign(info, redactValue({ ...info }, secrets)))(),
    ),
    transports: [],
    exitOnError: false,
  });
  const { file, stream } = options;
  if (file !== undefined) {
    const transport = new transports.File({
      filename: file.path,
      maxsize: file.maxBytes ?? MAX_BYTES,
      maxFiles: file.maxFiles ?? MAX_FILES,
      tailable: true,
      format: format.json(),
      options: { flags: 'a', mode: 0o600 },
    });
    complainOnce(transport, file.path);
    logger.add(transport);
  }
  if (stream !== undefined) {
    const to = stream.to;
    const sink = new Writable({
      write(chunk: Buffer, _encoding, done) {
        to.write(chunk, () => done()); // a closed terminal is no reason to stop
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
  return logOf(logger, options.fields ?? {});
}

function logOf(logger: Logger, fields: Readonly<Record<string, unknown>>): Log {
  const log = (level: Level, text: string, meta?: Readonly<Record<string, unknown>>): void => {
    logger.log({ ...fields, ...meta, level, message: text });
  };
  return Object.assign(log, {
    with: (more: Readonly<Record<string, unknown>>) => logOf(logger, { ...fields, ...more }),
    close: () =>
      new Promise<void>((resolve) => {
        let left = logger.transports.length;
        if (left === 0) return resolve();
        for (const transport of logger.transports) transport.once('finish', () => --left === 0 && resolve());
        logger.end();
      }),
  });
}

function complainOnce(transport: NodeJS.EventEmitter, path: string): void {
  let said = false;
  transport.on('error', (error: Error) => {
    if (said) return;
    said = true;
    process.stderr.write(`ccbot: the log ${path} cannot be written: ${error.message}\n`);
  });
}

const COLOURS: Record<string, string> = {
  error: '\u001b[31m',
  warn: '\u001b[33m',
  info: '\u001b[36m',
  debug: '\u001b[90m',
};

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
  return `${time} ${paint}${String(level).padEnd(5)}${end} ${who}${String(message)}${meta === '' ? '' : ` ${meta}`}${
    stack === undefined ? '' : `\n${String(stack)}`
  }`;
}
