import { Writable } from 'node:stream';
import { createLogger, format, transports } from 'winston';
import { reasonOf } from '../faults/fault';
import { lineOf } from './line';
import type { LogOptions, LogWriter } from './model';
import { redactValue } from './redact';
import { appendRotating, MAX_FILES, type RotatingFileOptions } from './rotating-file';

/** How much we buffer for a stream that nobody reads, bytes. Later lines appear in the file only. */
const STREAM_BUFFER_MAX = 256_000;

/** A log file is rotated at this size, bytes. */
const MAX_BYTES = 5_000_000;

/** Opens what a log writes to. A module of its own, loaded at the first line: winston takes 15 ms of a start. */
export function openWriter({ file, stream, secrets }: LogOptions): LogWriter {
  const logger = createLogger({
    level: 'debug', // the log filters by level before winston sees a line
    format: redactFormat(secrets ?? []),
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
  return {
    write(record) {
      logger.log(record);
    },
    close: () =>
      new Promise((resolve) => {
        let left = logger.transports.length;
        for (const transport of logger.transports) transport.once('finish', () => --left === 0 && resolve());
        logger.end();
      }),
  };
}

function redactFormat(secrets: readonly string[]) {
  return format((info) => {
    const clean = redactValue({ ...info }, secrets);
    // Empty `info` first: a key that is a secret would otherwise stay beside its redacted copy.
    for (const key of Object.keys(info)) Reflect.deleteProperty(info, key);
    return Object.assign(info, clean);
  })();
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
