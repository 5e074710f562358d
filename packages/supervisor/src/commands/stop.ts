import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import type { Paths } from '@ccbot/shared/config/paths';
import { readHolder } from '@ccbot/shared/lock/flock';
import type { Holder } from '@ccbot/shared/lock/holder';
import { holderText } from '@ccbot/shared/lock/holder-text';
import { probeLock } from '@ccbot/shared/lock/probe';
import { knownProcess } from '@ccbot/shared/processes/known-process';
import { askSupervisor } from '../status/client';
import { inspect, isAlive, type InstanceStatus } from '../status/inspect';
import type { CommandDeps } from './deps';

/** A stop takes at most 10 s before the kill. A process that takes longer than this is stuck, ms. */
const STOP_MS = 15_000;

/** A supervisor agrees at once; one that takes longer is stuck, ms. */
const ANSWER_MS = 3_000;

/** The time between two checks of a process that is not our child, ms. */
const CHECK_MS = 50;

/** What was found or done. `bad`: ccbot was not stopped. */
interface Outcome {
  text: string;
  bad: boolean;
}

/** `ccbot stop`: stops ccbot, however it was started, and returns when it has exited. */
export async function stop(deps: CommandDeps): Promise<number> {
  const { text, bad } = await stopInstance(deps.paths);
  (bad ? deps.terminal.err : deps.terminal.out).write(`${bad ? 'ccbot: ' : ''}${text}\n`);
  return bad ? 1 : 0;
}

async function stopInstance(paths: Paths): Promise<Outcome> {
  const found = await inspect(paths);
  const target = processOf(found);
  const asked = await askSupervisor(paths.supervisorSocket, 'stop', () => false, STOP_MS, ANSWER_MS);
  if (asked === 'timeout' && target === null)
    return bad('The supervisor was asked to stop but does not answer, and nothing says which process it is.');
  if (asked !== 'absent') return afterRequest(paths, target);
  if (target === null) return nothingToStop(paths, found);
  const refusal = refusalOf(paths, target);
  if (refusal !== null) return refusal;
  try {
    process.kill(target.pid, 'SIGTERM'); // a worker without a supervisor, or a supervisor whose socket is gone
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH') return bad(`Cannot stop process ${target.pid}: it belongs to another user.`);
  }
  return afterRequest(paths, target);
}

/** A process, and when it started. */
type Target = Pick<Holder, 'pid' | 'startTime'>;

/** The process that serves the chat. Null: there is none, or it is not known. */
function processOf(found: InstanceStatus): Target | null {
  switch (found.is) {
    case 'supervised': {
      const { pid } = found.report.supervisor;
      return { pid, startTime: knownProcess(pid).started };
    }
    case 'unanswering':
    case 'alone':
    case 'starting':
      return found.holder;
    case 'busy':
    case 'absent':
      return null;
  }
}

const bad = (text: string): Outcome => ({ text, bad: true });
const good = (text: string): Outcome => ({ text, bad: false });

function nothingToStop({ lock }: Paths, found: InstanceStatus): Outcome {
  if (found.is === 'busy')
    return good(`ccbot is not running; one of its commands holds the lock: ${holderText(found.holder)}`);
  const state = probeLock(lock);
  const named = readHolder(lock);
  const isNobody = named === null || (named.host === hostname() && !isAlive(named));
  if (state.is === 'unknown' && isNobody) return good('ccbot is not running.');
  if (state.is === 'unknown')
    return bad('Nothing answers, and whether the lock is held cannot be checked: see `ccbot doctor`.');
  if (state.is !== 'held') return good('ccbot is not running.');
  if (named !== null && named.host !== hostname())
    return bad(`The lock ${lock} is held on another machine: ${holderText(named)}. Stop it there.`);
  return bad(
    `A process holds the lock ${lock}, but the file does not say which. Find it with \`fuser ${lock}\` and end it.`,
  );
}

/** Why the process that the lock names gets no signal. Null: it holds the lock. */
function refusalOf({ lock }: Paths, { pid, startTime }: Target): Outcome | null {
  const state = probeLock(lock);
  // The name outlives its process, and another process may have the number by now.
  if (state.is === 'held') return null;
  if (state.is === 'unknown' && startTime !== null) return null; // it is the process that was named, at least
  const what = `The lock ${lock} names process ${pid}, which does not hold it`;
  return state.is === 'unusable'
    ? bad(
        `The lock ${lock} ${state.why}, so nobody knows whether process ${pid} is ccbot. It gets no signal.`,
      )
    : good(`ccbot is not running. ${what}, so it gets no signal.`);
}

/** Waits until the process has ended and its lock is free, and looks who is there then. */
async function afterRequest({ lock }: Paths, target: Target | null): Promise<Outcome> {
  const until = Date.now() + STOP_MS;
  for (; target !== null && isAlive(target); await pause(CHECK_MS)) {
    if (Date.now() >= until)
      return bad(
        `Process ${target.pid} does not exit. See \`ccbot logs\`, or end it with \`kill -9 ${target.pid}\`.`,
      );
  }
  for (; probeLock(lock).is === 'held'; await pause(CHECK_MS)) {
    const holder = readHolder(lock);
    if (holder !== null && holder.pid !== target?.pid && isAlive(holder))
      return bad(`That ccbot has stopped, but another one has taken over: ${holderText(holder)}.`);
    if (Date.now() >= until)
      return bad(`The supervisor has ended, but a process still holds ${lock}: see \`fuser ${lock}\`.`);
  }
  return good('ccbot has stopped. Sessions in tmux keep running.');
}
