import { readdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { SHARED_MODE, sharedDirectory } from '@ccbot/shared/config/sockets';
import { reasonOf } from '@ccbot/shared/faults/fault';
import { readForeignSync } from '@ccbot/shared/files/foreign-file-sync';
import { watchPath, type PathWatch } from '@ccbot/shared/files/watch-path';
import { openOwnDirectory, type OwnDirectory } from '@ccbot/shared/ownership/directory';
import { makeOwnDirectory } from '@ccbot/shared/ownership/make';
import { jsonOf } from '@ccbot/shared/protocol/json';
import type { LogFn } from '@ccbot/shared/log/logger';

/** The file name of a request. */
const REQUEST = /^([\w-]{1,64})\.request$/;
/** The file name of an answer. */
export const answerName = (id: string): string => `${id}.answer`;

/** The watched relay directories. */
export interface Relay {
  stop(): void;
}

/** Answers a request; what it resolves with is written for the command as JSON. */
type Answer = (request: unknown) => Promise<unknown>;

/**
 * Takes requests that are left as files in `dirs`, from agents that may not use the socket. Each directory is created
 * with mode 0700, and used only if nobody else can change it or put another in its place.
 */
export function watchRelay(dirs: readonly string[], answer: Answer, log: LogFn): Relay {
  const watchers: PathWatch[] = [];
  for (const dir of dirs) {
    try {
      // Others may pass through the one among the temporary files, to a lock that is also there.
      if (dirname(dir) === sharedDirectory()) makeOwnDirectory(dirname(dir), SHARED_MODE, { link: false });
      makeOwnDirectory(dir, 0o700, { link: false });
      const takeAll = (): void => takeRequests(dir, answer, log);
      watchers.push(watchPath({ path: dir, polled: [dir], onChange: takeAll }));
      takeAll();
    } catch (error) {
      log('info', 'relay directory not used', { dir, reason: reasonOf(error) });
    }
  }
  return {
    stop() {
      for (const watcher of watchers) watcher.close();
      for (const dir of dirs) removeIfEmpty(dir);
    },
  };
}

/**
 * The command's side: opens a relay directory if it, and the one around it, are this user's. Throws a `NotOursError`,
 * or the file system's error.
 */
export function openRelay(path: string): OwnDirectory {
  const around = openOwnDirectory(dirname(path), SHARED_MODE);
  try {
    return openOwnDirectory(around.at(basename(path)));
  } finally {
    around.close();
  }
}

function takeRequests(dir: string, answer: Answer, log: LogFn): void {
  for (const name of namesIn(dir)) {
    const id = REQUEST.exec(name)?.[1];
    if (id === undefined) continue;
    let request: unknown;
    try {
      request = takeRequest(join(dir, name));
    } catch (error) {
      log('warn', 'send-file request unreadable', { reason: reasonOf(error) });
      continue;
    }
    answer(request)
      .then((answered) => writeAnswer(dir, id, answered))
      .catch((error: unknown) => log('warn', 'send-file request failed', { reason: reasonOf(error) }));
  }
}

/** Reads and removes a request: the command sees that it was taken, and it is taken once. */
function takeRequest(path: string): unknown {
  try {
    return jsonOf(readForeignSync(path, 'relay', 'refuse'));
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}

/** Renames it into place, so that the command never reads half of it. */
function writeAnswer(dir: string, id: string, answer: unknown): void {
  const temporary = join(dir, `${id}.writing`);
  writeFileSync(temporary, JSON.stringify(answer), { mode: 0o600 });
  renameSync(temporary, join(dir, answerName(id)));
}

/** Without the directory, the command knows immediately that nobody takes its request. */
function removeIfEmpty(dir: string): void {
  try {
    rmdirSync(dir);
  } catch {
    // Not empty: a command waits for an answer there.
  }
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return []; // the directory was removed meanwhile
  }
}
