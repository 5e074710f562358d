import { createHash } from 'node:crypto';
import { accessSync, chmodSync, constants, lstatSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fault, reasonOf, type Fault } from '../faults/fault';
import { runtimeDirectory, socketDirectory, uid } from './sockets';

export { runtimeDirectory } from './sockets';

/** Every path under a `CCBOT_DIR`, and the sockets. */
export interface Paths {
  dir: string;
  env: string;
  lock: string;
  /** What `ccbot init` and `ccbot hook --install` wrote last, as hashes, 0600. */
  approved: string;
  db: string;
  sessionMap: string;
  logs: string;
  /** Files waiting to be sent, 0700. */
  outbox: string;
  /** Sockets and run-time state, 0700. */
  run: string;
  /** The worker listens here for hooks and `send-file`. */
  workerSocket: string;
  /** The supervisor listens here for `ccbot status|restart|stop`. */
  supervisorSocket: string;
  /** The supervisor's last report, for `ccbot status` when nothing runs. */
  supervisorState: string;
}

export function pathsOf(dir: string): Paths {
  const run = join(dir, 'run');
  const sockets = socketDirectory(dir);
  return {
    dir,
    env: join(dir, '.env'),
    lock: join(dir, 'ccbot.lock'),
    approved: join(dir, 'approved.json'),
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
 * The lock of a bot's token, shared by every `CCBOT_DIR` of this user. The file name does not reveal the token. The
 * API server is part of the name because the same token belongs to a different bot on another server.
 */
export function tokenLockPath(token: string, apiRoot: string): string {
  const name = createHash('sha256').update(`${apiRoot} ${token}`).digest('hex').slice(0, 24);
  return join(runtimeDirectory(), `token-${name}.lock`);
}

/** Creates the directories, private to this user. Returns a fault if one of them cannot be created or used. */
export function ensureDirectories(paths: Paths): Fault | null {
  const sockets = join(paths.workerSocket, '..');
  for (const path of new Set([paths.dir, paths.logs, paths.outbox, paths.run, runtimeDirectory(), sockets])) {
    try {
      mkdirSync(path, { recursive: true, mode: 0o700 });
      const common = path === runtimeDirectory();
      if (common && lstatSync(path).isSymbolicLink())
        throw new Error('it is a symbolic link, which another user may have created');
      // Other users may pass through the runtime directory to a lock whose name they know, but cannot list it.
      chmodSync(path, common ? 0o711 : 0o700);
      // Its parent is writable for everybody, so another user may have created it first.
      if (statSync(path).uid !== uid()) throw new Error('it belongs to another user');
      accessSync(path, constants.W_OK | constants.X_OK);
    } catch (error) {
      return fault('DIR_UNWRITABLE', { path, reason: reasonOf(error) });
    }
  }
  return null;
}
