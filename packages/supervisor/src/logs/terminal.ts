import { write } from 'node:fs';
import { Writable } from 'node:stream';

/** What the person reads along on. */
export interface Terminal {
  stream: Writable;
  /** Resolves when everything is written. Where the terminal stands still it ends this process after a while. */
  close(): Promise<void>;
}

/** How long a terminal that stands still is waited for at the end, ms. */
const CLOSE_MS = 500;

/** Time between two tries on a descriptor that another program has made non-blocking, ms. */
const RETRY_MS = 50;

/**
 * Writes to a terminal or a pipe in a thread. Node's own `process.stdout` writes at once, so that a terminal that
 * stands still (Ctrl-S, an ssh connection that hangs, a pipe that nobody reads) would stop the supervisor with it.
 */
export function openTerminal(fd: number, end: () => void = killThisProcess): Terminal {
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => writeAll(fd, chunk, done),
  });
  stream.on('error', () => undefined); // closed: nobody reads along any more
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

/** A thread that is stuck in a write keeps a process from exiting in any other way; all else is done by then. */
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
