import { spawn } from 'node:child_process';
import { parseWorkerMessage, sendMessage, type OtherMessage } from '@ccbot/shared/protocol/channel';
import {
  GENERATION_ENV,
  LOCK_FD_ENV,
  ORPHAN_WATCH_ENV,
  type SupervisorMessage,
  type WorkerMessage,
} from '@ccbot/shared/protocol/messages';
import { reasonOf } from '@ccbot/shared/faults/fault';
import { RUNIT_ENV } from '../service/runit';
import { readLines } from './lines';

/** A started worker. */
export interface WorkerProcess {
  readonly pid: number | null;
  /** False when it no longer listens. */
  send(message: SupervisorMessage): boolean;
  kill(signal: NodeJS.Signals): void;
}

/** How a worker ended; both null when it could not be started. */
export interface WorkerEnd {
  code: number | null;
  signal: string | null;
  /** Why it could not be started; empty otherwise. */
  error: string;
}

/** How a worker is started. */
export interface WorkerStart {
  entry: string;
  /** Words in front of the command, such as `setpriv --pdeathsig KILL`. */
  prefix: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  generation: number;
  /** The descriptors of the held locks; the first becomes the worker's fd 4. */
  lockFds: readonly number[];
  onMessage(message: WorkerMessage | OtherMessage): void;
  onLine(stream: 'stdout' | 'stderr', line: string): void;
  /** Takes secrets out of output that has no line ends. */
  clean(text: string): string;
  /** Once, after the last of the output that came in time. */
  onEnd(end: WorkerEnd): void;
}

/** The first descriptor behind stdin, stdout, stderr and the channel. */
const LOCK_FD = 4;

/** A descendant may hold the output open after the worker's end: we wait no longer than this for it, ms. */
const OUTPUT_GRACE_MS = 200;

/**
 * How node runs a worker. Room for 4 MB of new objects rather than 16: what a worker does is small and often, and one
 * with fifty idle sessions takes 10 MB less, for 2 % of a core more with fifty at work (`npm run bench`).
 */
const NODE_OPTIONS = ['--max-semi-space-size=4'];

/** For the service manager's eyes only: a worker or an agent that had it could speak in the supervisor's name. */
const KEPT_BACK = ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID', RUNIT_ENV];

/** Starts a worker that shares the lock. */
export function startWorker(start: WorkerStart): WorkerProcess {
  const words = [...start.prefix, process.execPath, ...NODE_OPTIONS, start.entry];
  const command = words[0] ?? process.execPath;
  const args = words.slice(1);
  const env: NodeJS.ProcessEnv = {
    ...Object.fromEntries(Object.entries(start.env).filter(([name]) => !KEPT_BACK.includes(name))),
    [GENERATION_ENV]: String(start.generation),
    [LOCK_FD_ENV]: String(LOCK_FD),
    ...(start.prefix.length === 0 ? { [ORPHAN_WATCH_ENV]: '1' } : {}),
  };
  const child = spawn(command, args, {
    cwd: start.cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc', ...start.lockFds],
  });

  let ended = false;
  const end = (how: WorkerEnd): void => {
    if (ended) return;
    ended = true;
    child.removeAllListeners('message');
    child.stdout?.destroy();
    child.stderr?.destroy();
    if (child.connected) child.disconnect();
    start.onEnd(how);
  };
  child.on('message', (raw) => start.onMessage(parseWorkerMessage(raw)));
  // Also when a signal or a message cannot be delivered: only an error before the start is an end.
  child.on('error', (error) => {
    if (child.pid === undefined) end({ code: null, signal: null, error: reasonOf(error) });
  });
  child.once('exit', (code, signal) => {
    const timer = setTimeout(() => end({ code, signal, error: '' }), OUTPUT_GRACE_MS);
    child.once('close', () => {
      clearTimeout(timer);
      end({ code, signal, error: '' });
    });
  });
  if (child.stdout) readLines(child.stdout, (line) => start.onLine('stdout', line), start.clean);
  if (child.stderr) readLines(child.stderr, (line) => start.onLine('stderr', line), start.clean);

  return {
    pid: child.pid ?? null,
    send: (message) => sendMessage(child, message),
    kill(signal) {
      child.kill(signal);
    },
  };
}
