import type { Chance } from '../chance';
import { now, until } from '../clock';
import { lives } from '../watch';
import type { World } from '../world';

/** One way in which things go wrong. */
export interface ChaosFault {
  name: string;
  /** How often it is in the deck. */
  weight: number;
  /** Lets it happen; the time from which on polling should come back, ms of the monotonic clock. */
  strike(world: World, chance: Chance): Promise<number>;
  /** Within which polling must be back, ms; several times what it takes on an idle machine. */
  limitMs: number;
  /** Whether it is another worker that polls then; `either`: both are right. */
  replaces: boolean | 'either';
  /** Takes a minute: only in long runs. */
  long?: boolean;
}

/** The worker that lives. */
export const worker = (world: World): number => world.pids('worker')[0] ?? 0;

/** The supervisor that lives. */
export const supervisor = (world: World): number => world.pids('supervisor')[0] ?? 0;

/** Sends a signal; a process that has just ended by itself is as good as hit. Returns when. */
export function hit(pid: number, signal: NodeJS.Signals): number {
  const at = now();
  if (pid > 0 && lives(pid)) process.kill(pid, signal);
  return at;
}

/** Resolves when no worker lives. */
export async function workerGone(world: World): Promise<void> {
  if (!(await until(() => worker(world) === 0, 15_000))) world.violations.push('a worker did not go');
}
