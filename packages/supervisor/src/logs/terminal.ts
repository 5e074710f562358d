import { write } from 'node:fs';
import { Writable } from 'node:stream';

export interface Terminal {
  stream: Writable;
  /** Resolves when everything is written. If the terminal is stuck, kills this process after a moment. */
  close(): Promise<void>;
}

/** How long to wait for a stuck terminal at the end, ms. */
const CLOSE_MS = 500;

/** The time between two tries on a descriptor that another program has made non-blocking, ms. */
const RETRY_MS = 50;

/**
 * Writes to a terminal or a pipe in a thread. Node's own `process.stdout` writes synchronously, so a stuck terminal
 * (Ctrl-S, a hanging ssh connection, a pipe that nobody reads) would block the supervisor.
 */
export function openTerminal(fd: number, end: () => void = killThisProcess): Terminal {
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => writeAll(fd, chunk, done),
  });
  stream.on('error', () => undefined); // the terminal is closed
  return {
    stream,
    close: () =>
      new Promise((resolve) => {
        const timer = setTimeout(end, CLOSE_MS);
        const closed = (): void => {
          clearTimeout(timer);
          resolve();
        };
        if (stream.destroyed) return closed();
        stream.once('close', closed);
        stream.end();
      }),
  };
}

/** The only way to exit while a thread is stuck in a write. Everything else is done by then. */
function killThisProcess(): void {
  process.kill(process.pid, 'SIGKILL');
}

function writeAll(fd: number, bytes: Buffer, done: (error?: Error | null) => void): void {
  write(fd, bytes, (error, count) => {
    if (error?.code === 'EAGAIN') {
      setTimeout(() => writeAll(fd, bytes, done), RETRY_MS);
    } else if (error !== null || count === bytes.length) done(error);
    else writeAll(fd, bytes.subarray(count), done);
  });
}
