import { execFile } from 'node:child_process';
import { constants, readdirSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { searchPath } from '@ccbot/shared/config/search-path';
import { WINDOW_NOTE } from '@ccbot/shared/config/sockets';
import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';
import { readForeignSync } from '@ccbot/shared/files/foreign-file-sync';
import { HAS_PIPES, LONG_LINE, openOwnPipe } from '@ccbot/shared/ownership/pipe';
import { handleLine, type Peer, type SocketHandler, type SocketListener } from './socket';

/** The kinds of lines whose sender waits for no answer. All others need a connection. */
const ONE_WAY = ['hook', 'statusline'];

/** What is left of a line that never ends is dropped, bytes: writers use one piece of at most four thousand. */
const REST_MAX = 65_536;

/** `mkfifo` takes a millisecond. A file system that hangs must not keep it for ever, ms. */
const MKFIFO_MS = 5_000;

/** The sender is gone already. */
const NOBODY: Peer = {
  reply: () => undefined,
  hold: () => undefined,
  end: () => undefined,
  onGone: (listener) => listener(),
};

/**
 * Reads lines of JSON from a named pipe that only this user can open, which is created if there is none. Writing to it
 * takes a hook a millisecond, and connecting to the socket takes it six. Without a pipe, as on a file system that has none,
 * hooks use the socket, so no trouble with it is a fault.
 */
export async function listenOnPipe(
  path: string,
  handlers: ReadonlyMap<string, SocketHandler>,
  log: LogFn,
): Promise<SocketListener> {
  if (!HAS_PIPES) return { close: () => Promise.resolve() };
  let pipe: Socket | undefined;
  try {
    pipe = new Socket({ fd: await openOrMake(path), readable: true, writable: false });
    removeLeftovers(dirname(path));
    serve(pipe, { directory: dirname(path), handlers, log });
  } catch (error) {
    log('info', 'hooks use the socket: no pipe', { path, reason: reasonOf(error) });
  }
  return {
    close() {
      pipe?.destroy();
      return Promise.resolve();
    },
  };
}

/** Also for writing: the pipe must not end when the last hook closes it. */
async function openOrMake(path: string): Promise<number> {
  try {
    return openOwnPipe(path, constants.O_RDWR);
  } catch {
    // None, or something else in its place.
    rmSync(path, { force: true });
    await promisify(execFile)('mkfifo', ['-m', '600', path], {
      env: { PATH: searchPath(process.env['PATH']) },
      timeout: MKFIFO_MS,
    });
    return openOwnPipe(path, constants.O_RDWR);
  }
}

interface Serving {
  /** Where lines are that were too long for the pipe. */
  directory: string;
  handlers: ReadonlyMap<string, SocketHandler>;
  log: LogFn;
}

function serve(pipe: Socket, { directory, handlers, log }: Serving): void {
  const oneWay = new Map([...handlers].filter(([kind]) => ONE_WAY.includes(kind)));
  let rest = '';
  pipe.setEncoding('utf8');
  pipe.on('error', (error) => log('warn', 'pipe of the hooks broken', { reason: error.message }));
  pipe.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > REST_MAX) rest = '';
    for (const line of lines) {
      if (line === '') continue;
      const whole = line.startsWith('@') ? takeLongLine(directory, line.slice(1), log) : line;
      if (whole !== null && !handleLine({ handlers: oneWay, peer: NOBODY, log }, whole))
        log('warn', 'pipe line not understood');
    }
  });
}

/** Reads and removes a line that is in a file. Null: there is none, which is logged. */
function takeLongLine(directory: string, name: string, log: LogFn): string | null {
  if (!LONG_LINE.test(name)) {
    log('warn', 'pipe line not understood');
    return null;
  }
  const path = join(directory, name);
  try {
    return readForeignSync(path, 'hookLine', 'refuse');
  } catch (error) {
    log('warn', 'long line not read', { path, reason: reasonOf(error) });
    return null;
  } finally {
    rmSync(path, { force: true });
  }
}

/**
 * Long lines whose names nobody has read, because the worker before this one was killed, or the hook; and notes of
 * windows, most of which are closed.
 */
function removeLeftovers(directory: string): void {
  for (const name of readdirSync(directory))
    if (LONG_LINE.test(name) || name.startsWith(WINDOW_NOTE)) rmSync(join(directory, name), { force: true });
}
