import { spawn } from 'node:child_process';
import { CREDENTIALS_ENV } from '@ccbot/shared/config/token';
import { sendMessage, type OtherMessage } from '@ccbot/shared/protocol/channel';
import {
  ALLOCATOR,
  ALLOCATOR_ENV,
  GENERATION_ENV,
  LOCK_FD_ENV,
  ORPHAN_WATCH_ENV,
  TOKEN_STDIN_ENV,
  type SupervisorMessage,
  type WorkerMessage,
} from '@ccbot/shared/protocol/messages';
import { parseWorkerMessage } from '@ccbot/shared/protocol/worker-message';
import { programAdvice } from '@ccbot/shared/net/advice';
import type { Environment } from '../host';
import { LAUNCHD_ENV } from '../service/launchd';
import { RUNIT_ENV } from '../service/runit';
import { readLines } from './lines';

export interface WorkerProcess {
  readonly pid: number | null;
  /** Returns false if the worker no longer listens. */
  send(message: SupervisorMessage): boolean;
  kill(signal: NodeJS.Signals): void;
}

/** How a worker ended. `code` and `signal` are both null if it could not be started. */
export interface WorkerEnd {
  code: number | null;
  signal: string | null;
  /** Why it could not be started, or empty. */
  error: string;
}

export interface WorkerStart {
  /** The Node.js that runs it. */
  node: string;
  entry: string;
  /** Words in front of the command, such as `setpriv --pdeathsig KILL`. */
  prefix: readonly string[];
  env: Environment;
  cwd: string;
  generation: number;
  /**
   * The bot token, if the worker cannot find it among the settings; else null. It goes through a pipe: the environment of
   * a process can be read by every other process of the user.
   */
  token: string | null;
  /** The descriptors of the held locks. The first becomes the worker's fd 4. */
  lockFds: readonly number[];
  onMessage(message: WorkerMessage | OtherMessage): void;
  onLine(stream: 'stdout' | 'stderr', line: string): void;
  /** Redacts secrets in very long output without line ends. */
  clean(text: string): string;
  /** Called once, after the last output. */
  onEnd(end: WorkerEnd): void;
}

/** The first descriptor after stdin, stdout, stderr and the IPC channel. */
const LOCK_FD = 4;

/** A descendant may keep the output open after the worker's exit. We wait this long for it, ms. */
const OUTPUT_GRACE_MS = 200;

/** Not passed on: with these, a worker or an agent could speak to the service manager in our name, or find the token. */
const WITHHELD = ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID', CREDENTIALS_ENV, RUNIT_ENV, LAUNCHD_ENV];

/** Starts a worker that shares the locks. */
export function startWorker(start: WorkerStart): WorkerProcess {
  const words = [...start.prefix, start.node, start.entry];
  const command = words[0] ?? start.node;
  const args = words.slice(1);
  const env: NodeJS.ProcessEnv = {
    ...Object.fromEntries(Object.entries(start.env).filter(([name]) => !WITHHELD.includes(name))),
    ...allocatorFor(start.env),
    [GENERATION_ENV]: String(start.generation),
    [LOCK_FD_ENV]: String(LOCK_FD),
    ...(start.prefix.length === 0 ? { [ORPHAN_WATCH_ENV]: '1' } : {}),
    ...(start.token === null ? {} : { [TOKEN_STDIN_ENV]: '1' }),
  };
  const child = spawn(command, args, {
    cwd: start.cwd,
    env,
    stdio: [start.token === null ? 'ignore' : 'pipe', 'pipe', 'pipe', 'ipc', ...start.lockFds],
  });

  child.stdin?.on('error', () => undefined); // it ended before it read the token
  child.stdin?.end(start.token);

  let ended = false;
  const finish = (end: WorkerEnd): void => {
    if (ended) return;
    ended = true;
    child.removeAllListeners('message');
    child.stdout?.destroy();
    child.stderr?.destroy();
    if (child.connected) child.disconnect();
    start.onEnd(end);
  };
  child.on('message', (raw) => start.onMessage(parseWorkerMessage(raw)));
  // This event also reports an undeliverable signal or message. Only an error before the start ends the worker.
  child.on('error', (error) => {
    if (child.pid === undefined) finish({ code: null, signal: null, error: startReason(error) });
  });
  child.once('exit', (code, signal) => {
    const timer = setTimeout(() => finish({ code, signal, error: '' }), OUTPUT_GRACE_MS);
    child.once('close', () => {
      clearTimeout(timer);
      finish({ code, signal, error: '' });
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

/** The allocator's settings, unless the user has chosen some. */
function allocatorFor(env: Environment): Environment {
  const isChosen = Object.keys(ALLOCATOR).some((name) => env[name] !== undefined);
  return isChosen ? {} : { ...ALLOCATOR, [ALLOCATOR_ENV]: '1' };
}

/** Why a worker could not be started, and what to do. */
export function startReason(error: unknown): string {
  const { what, todo } = programAdvice(error);
  return `${what} ${todo}`;
}
