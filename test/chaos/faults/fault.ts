import type { Chance } from '../chance';
import { now, until } from '../clock';
import { isAlive } from '../watch';
import type { World } from '../world';

export interface ChaosFault {
  name: string;
  /** Number of copies in the deck. */
  weight: number;
  /** Applies the fault. Resolves with the time from which the recovery is measured, ms of the monotonic clock. */
  apply(world: World, chance: Chance): Promise<number>;
  /** Time limit for the recovery, ms; several times what it takes on an idle machine. */
  limitMs: number;
  /** Whether another worker must poll afterwards; `either`: it may. */
  replaces: boolean | 'either';
  /** Takes a minute, so only long runs include it. */
  long?: boolean;
}

export const worker = (world: World): number => world.pids('worker')[0] ?? 0;

/** The supervisor that lives. */
export const supervisor = (world: World): number => world.pids('supervisor')[0] ?? 0;

/** Sends a signal; a process that has just exited on its own counts as signalled. Returns the time. */
export function signalProcess(pid: number, signal: NodeJS.Signals): number {
  const sentAt = now();
  if (pid > 0 && isAlive(pid)) process.kill(pid, signal);
  return sentAt;
}

/** Resolves when there is no worker; a worker that stays is a violation. */
export async function workerGone(world: World): Promise<void> {
  if (!(await until(() => worker(world) === 0, 15_000))) world.violations.push('a worker did not exit');
}
