import { write } from 'node:fs';
import { reasonOf } from '@ccbot/shared/faults/fault';
import { PanesError } from '../model';

/** The kernel buffers about 4 KB of input that the program has not read; after that we retry at this interval, ms. */
const RETRY_MS = 5;

/** We give up on a program that reads nothing for this long, ms. */
export const STUCK_MS = 10_000;

/**
 * Writes to a terminal. node-pty's own `write` does not report when the terminal has taken the bytes, and busy-waits on a
 * program that does not read.
 */
export interface PtyWriter {
  /** Resolves when the terminal has taken all of it; rejects with a {@link PanesError} `server-down` if it never will. */
  write(text: string): Promise<void>;
  /** Stops writing: from now on, the descriptor may belong to another file. */
  close(): void;
}

interface Waiting {
  bytes: Buffer;
  resolve(): void;
  reject(error: PanesError): void;
}

/** Creates a writer on a non-blocking terminal descriptor; the caller owns and closes it. */
export function createPtyWriter(fd: number, stuckMs = STUCK_MS): PtyWriter {
  const queue: Waiting[] = [];
  let closed = false;
  let busy = false;
  let retry: NodeJS.Timeout | undefined;
  let stuckFor = 0;

  function fail(reason: string): void {
    clearTimeout(retry);
    busy = false;
    for (const waiting of queue.splice(0)) waiting.reject(new PanesError('server-down', reason));
  }

  function next(): void {
    const [first] = queue;
    if (first === undefined || closed) {
      busy = false;
      return;
    }
    busy = true;
    write(fd, first.bytes, 0, first.bytes.length, null, (error, written) => {
      if (closed) return;
      if (error?.code === 'EAGAIN') {
        stuckFor += RETRY_MS;
        if (stuckFor >= stuckMs) return fail('the program does not read its input');
        retry = setTimeout(next, RETRY_MS);
        return;
      }
      if (error !== null) return fail(reasonOf(error));
      stuckFor = 0;
      first.bytes = first.bytes.subarray(written);
      if (first.bytes.length === 0) {
        queue.shift();
        first.resolve();
      }
      next();
    });
  }

  return {
    write(text) {
      if (closed) return Promise.reject(new PanesError('server-down', 'the program has ended'));
      if (text === '') return Promise.resolve();
      return new Promise((resolve, reject) => {
        queue.push({ bytes: Buffer.from(text), resolve, reject });
        if (!busy) next();
      });
    },
    close() {
      closed = true;
      fail('the program ended during typing');
    },
  };
}
