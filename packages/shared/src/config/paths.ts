import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fault, reasonOf, type Fault } from '../faults/fault';
import { checkAncestors } from '../ownership/ancestors';
import { checkOwner, NotOursError } from '../ownership/directory';
import { makeOwnDirectory } from '../ownership/make';
import { checkSocket } from '../ownership/socket';
import { supervisorSocketOf, workerPipeOf, workerSocketOf } from './sockets';

/** Every path under a `CCBOT_DIR`, and the directory of the token locks. */
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
  /** Locks of bots' tokens, shared by every `CCBOT_DIR` of this user; in the home, 0700. */
  tokenLocks: string;
  /** The worker listens here for hooks and `send-file`. */
  workerSocket: string;
  /** The worker reads here what hooks and status lines report without waiting for an answer. */
  workerPipe: string;
  /** The supervisor listens here for `ccbot status|restart|stop`. */
  supervisorSocket: string;
  /** Stands for `node` in the service and the agents' hooks. */
  launcher: string;
  /** The supervisor's last report, for `ccbot status` when nothing runs. */
  supervisorState: string;
}

export function pathsOf(dir: string, home: string = homedir()): Paths {
  const run = join(dir, 'run');
  return {
    dir,
    env: join(dir, '.env'),
    lock: join(dir, 'ccbot.lock'),
    approved: join(dir, 'approved.json'),
    db: join(dir, 'ccbot.db'),
    sessionMap: join(dir, 'session_map.json'),
    logs: join(dir, 'logs'),
    outbox: join(dir, 'outbox'),
    launcher: join(dir, 'bin/node'),
    run,
    tokenLocks: join(home, '.local/state/ccbot'),
    workerSocket: workerSocketOf(dir),
    workerPipe: workerPipeOf(dir),
    supervisorSocket: supervisorSocketOf(dir),
    supervisorState: join(run, 'supervisor.json'),
  };
}

/**
 * Creates the directories, private to this user, where nobody else can put something in their place. Returns a fault if
 * one of them cannot be created or used.
 */
export function ensureDirectories(paths: Paths): Fault | null {
  for (const path of [paths.dir, paths.logs, paths.outbox, paths.run]) {
    try {
      // The clients of the sockets follow no link either.
      makeOwnDirectory(path, 0o700, { link: path !== paths.run });
    } catch (error) {
      return directoryFault(path, error);
    }
  }
  return null;
}

/**
 * Whether a command may believe what it finds there. Returns a fault if one of the directories is another user's, or
 * another user can replace it. Creates and changes nothing; a missing directory is no fault.
 */
export function inspectDirectories({ dir, run, supervisorSocket }: Paths): Fault | null {
  try {
    for (const path of [dir, run]) {
      checkAncestors(path);
      const stat = statSync(path, { throwIfNoEntry: false });
      if (stat !== undefined) checkOwner(path, stat.uid);
    }
    checkSocket(supervisorSocket);
    return null;
  } catch (error) {
    // A missing directory is no fault here.
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? null : directoryFault(dir, error);
  }
}

/** What keeps ccbot from using a directory, from the error that it met. */
export function directoryFault(path: string, error: unknown): Fault {
  if (!(error instanceof NotOursError)) return fault('DIR_UNWRITABLE', { path, reason: reasonOf(error) });
  return fault('DIR_UNSAFE', { path, reason: error.message });
}
