import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  watch,
  writeFileSync,
  type FSWatcher,
} from 'node:fs';
import { join } from 'node:path';
import { reasonOf } from '@ccbot/shared/faults/fault';
import { uid } from '@ccbot/shared/config/sockets';

/** The names of a request and of its answer in a relay directory. */
export const REQUEST = /^([\w-]{1,64})\.request$/;
/** See {@link REQUEST}. */
export const answerName = (id: string): string => `${id}.answer`;

/** A larger file is no request, bytes. */
const REQUEST_MAX = 1024 * 1024;

/** The watched relay directories. */
export interface Relay {
  stop(): void;
}

/**
 * Takes requests that are left as files in `dirs`, for those who may not use the socket. Each directory is made, 0700,
 * and used only when it belongs to this user and is no link. `take` resolves with the answer.
 */
export function watchRelay(
  dirs: readonly string[],
  take: (request: unknown) => Promise<unknown>,
  log: (level: 'info' | 'warn', text: string) => void,
): Relay {
  const watchers: FSWatcher[] = [];
  for (const dir of dirs) {
    try {
      mkdirSync(dir, { recursive: true, mode: 0o700 });
      const stat = lstatSync(dir);
      if (!stat.isDirectory() || stat.uid !== uid()) throw new Error('it belongs to another user');
      if ((stat.mode & 0o077) !== 0) throw new Error('others may write to it');
      const look = (): void => lookInto(dir, take, log);
      const watcher = watch(dir, look);
      watcher.on('error', (error) =>
        log('warn', `files can no longer be sent by way of ${dir}: ${error.message}`),
      );
      watchers.push(watcher);
      look();
    } catch (error) {
      log('info', `files cannot be sent by way of ${dir}: ${reasonOf(error)}`);
    }
  }
  return {
    stop() {
      for (const watcher of watchers) watcher.close();
      for (const dir of dirs) removeEmpty(dir);
    },
  };
}

function lookInto(
  dir: string,
  take: (request: unknown) => Promise<unknown>,
  log: (level: 'info' | 'warn', text: string) => void,
): void {
  for (const name of list(dir)) {
    const id = REQUEST.exec(name)?.[1];
    if (id === undefined) continue;
    const path = join(dir, name);
    let request: unknown;
    try {
      const stat = lstatSync(path);
      const text = stat.isFile() && stat.size <= REQUEST_MAX ? readFileSync(path, 'utf8') : '';
      // Gone: whoever asked sees that somebody has taken it, and it is taken once.
      rmSync(path);
      request = JSON.parse(text);
    } catch (error) {
      log('warn', `a request to send files could not be read: ${reasonOf(error)}`);
      continue;
    }
    take(request).then(
      (answer) => {
        const temporary = join(dir, `${id}.writing`);
        writeFileSync(temporary, JSON.stringify(answer), { mode: 0o600 });
        renameSync(temporary, join(dir, answerName(id)));
      },
      (error: unknown) => log('warn', `a request to send files failed: ${reasonOf(error)}`),
    );
  }
}

/** A directory that is not there tells at once that nobody takes a request. */
function removeEmpty(dir: string): void {
  try {
    rmdirSync(dir);
  } catch {
    // Not empty: somebody waits for an answer there.
  }
}

function list(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return []; // removed under our hands: there is nothing to take
  }
}
