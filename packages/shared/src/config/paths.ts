import { createHash } from 'node:crypto';
import { accessSync, chmodSync, constants, lstatSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fault, reasonOf, type Fault } from '../faults/fault';
import { runtimeDirectory, socketDirectory, uid } from './sockets';

export { runtimeDirectory } from './sockets';

/** Every path under `CCBOT_DIR`, and the sockets. */
export interface Paths {
  dir: string;
  env: string;
  lock: string;
  db: string;
  sessionMap: string;
  logs: string;
  /** Files that wait to be sent, 0700. */
  outbox: string;
  /** Sockets and run-time state, 0700. */
  run: string;
  /** Where hooks and `send-file` reach the worker. */
  workerSocket: string;
  /** Where `ccbot status|restart|stop` reach the supervisor. */
  supervisorSocket: string;
  /** What the supervisor last knew, for `ccbot status` when nothing runs. */
  supervisorState: string;
}

/** The paths of a `CCBOT_DIR`. A socket path too long for the kernel moves to a short per-user directory. */
export function pathsOf(dir: string): Paths {
  const run = join(dir, 'run');
  const sockets = socketDirectory(dir);
  return {
    dir,
    env: join(dir, '.env'),
    lock: join(dir, 'ccbot.lock'),
    db: join(dir, 'ccbot.db'),
    sessionMap: join(dir, 'session_map.json'),
    logs: join(dir, 'logs'),
    outbox: join(dir, 'outbox'),
    run,
    workerSocket: join(sockets, 'worker.sock'),
    supervisorSocket: join(sockets, 'supervisor.sock'),
    supervisorState: join(run, 'supervisor.json'),
  };
}

/**
 * The lock of a bot's token, the same for every `CCBOT_DIR` of this user. The file's name does not tell the
 * token. The API server belongs to it: the same token means another bot there.
 */
export function tokenLockPath(token: string, apiRoot: string): string {
  const name = createHash('sha256').update(`${apiRoot} ${token}`).digest('hex').slice(0, 24);
  return join(runtimeDirectory(), `token-${name}.lock`);
}

/** Makes the directories, for this user alone. Returns a fault when one cannot be made or used. */
export function ensureDirectories(paths: Paths): Fault | null {
  const sockets = join(paths.workerSocket, '..');
  for (const path of new Set([paths.dir, paths.logs, paths.outbox, paths.run, runtimeDirectory(), sockets])) {
    try {
      mkdirSync(path, { recursive: true, mode: 0o700 });
      const common = path === runtimeDirectory();
      if (common && lstatSync(path).isSymbolicLink())
        throw new Error('it is a link, which another user may have made');
      // Others may pass through the runtime directory to a lock whose name they know, and list nothing.
      chmodSync(path, common ? 0o711 : 0o700);
      // In a directory that everybody may write to, another user could have been there first.
      if (statSync(path).uid !== uid()) throw new Error('it belongs to another user');
      accessSync(path, constants.W_OK | constants.X_OK);
    } catch (error) {
      return fault('DIR_UNWRITABLE', { path, reason: reasonOf(error) });
    }
  }
  return null;
}
