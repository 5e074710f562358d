import { write } from 'node:fs';
import { reasonOf } from '@ccbot/shared/faults/fault';
import { PanesError } from '../model';

/** The kernel takes some 4 KB of input that the program has not read; then it is tried again this often, ms. */
const RETRY_MS = 5;

/** A program that reads nothing for this long, ms, is given up on. */
export const STUCK_MS = 10_000;

/**
 * Writes to a terminal. node-pty's own `write` does not say when the terminal has taken something, and spins on a
 * program that does not read.
 */
export interface PtyWriter {
  /** Resolves when the terminal has taken it all; throws a {@link PanesError} when it never will. */
  write(text: string): Promise<void>;
  /** Nothing is written from now on: the descriptor may belong to somebody else. */
  close(): void;
}

interface Waiting {
  bytes: Buffer;
  resolve(): void;
  reject(error: PanesError): void;
}

/** A writer on a non-blocking terminal descriptor that somebody else owns. */
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
      fail('the program ended while it was typed to');
    },
  };
}
