import { readFileSync } from 'node:fs';
import { processStartTime } from '@ccbot/shared/lock/holder';

/** A process that was asked to end has this long, ms, before it is killed. */
const TERM_MS = 5_000;

/** A killed process that is still there after this long, ms, cannot be killed: the kernel waits for a device. */
const KILL_MS = 2_000;

/** Time between two looks at processes that nobody tells us of, ms: they are not our children. */
const LOOK_MS = 50;

/** What ending needs. */
export interface OrphanDeps {
  /** The processes that run the agent's session, as the agent's own files tell. */
  processes(): Promise<readonly number[]>;
  /** Whether a process works for others as well: it is left alone. */
  isShared(pid: number): Promise<boolean>;
  log(level: 'info' | 'warn', text: string, meta?: Record<string, unknown>): void;
  monotonicMs(): number;
  /** Time that a process has to end when it is asked, ms; {@link TERM_MS} where it is not said. */
  termMs?: number;
}

/**
 * Ends what is left of an agent whose window is gone, TERM first and then KILL, so that two never write one transcript.
 * A process is known by its start time too: a number that another one got meanwhile is left alone, and so are this
 * process and those above it. Resolves with those that did not end, or that others need.
 */
export async function endOrphans(deps: OrphanDeps): Promise<number[]> {
  const own = ancestry(process.pid);
  const all = (await deps.processes()).filter((pid) => pid > 1 && !own.has(pid));
  const shared = await Promise.all(all.map((pid) => deps.isShared(pid)));
  const spared = all.filter((_, i) => shared[i]);
  const found = all
    .filter((pid) => !spared.includes(pid))
    .map((pid) => ({ pid, started: processStartTime(pid) }))
    .filter((one) => one.started !== null);
  if (found.length === 0) return spared;
  deps.log('warn', 'an agent outlived its window and is ended', { pids: found.map(({ pid }) => pid) });
  let left = await afterSignal(found, 'SIGTERM', deps.termMs ?? TERM_MS, deps);
  if (left.length > 0) left = await afterSignal(left, 'SIGKILL', KILL_MS, deps);
  return [...spared, ...left.map(({ pid }) => pid)];
}

interface Known {
  pid: number;
  started: string | null;
}

/** Those of `processes` that are still there when the signal was sent and waited for. */
async function afterSignal(
  processes: readonly Known[],
  signal: 'SIGTERM' | 'SIGKILL',
  patienceMs: number,
  { monotonicMs }: OrphanDeps,
): Promise<Known[]> {
  for (const one of processes) {
    if (!isSame(one)) continue;
    try {
      process.kill(one.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // another user's: nothing of ours
    }
  }
  for (const until = monotonicMs() + patienceMs; ;) {
    const left = processes.filter(isSame);
    if (left.length === 0 || monotonicMs() >= until) return left;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** Whether a process still lives and is no other one with its number; a zombie has ended. */
function isSame({ pid, started }: Known): boolean {
  return processStartTime(pid) === started && !isZombie(pid);
}

function isZombie(pid: number): boolean {
  try {
    return /^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return true; // it is gone
  }
}

/** A process and all above it. */
function ancestry(pid: number): Set<number> {
  const chain = new Set<number>();
  for (let at = pid; at > 0 && !chain.has(at);) {
    chain.add(at);
    try {
      const stat = readFileSync(`/proc/${at}/stat`, 'utf8');
      at = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    } catch {
      break; // it ended meanwhile, or this system has no /proc
    }
  }
  return chain;
}
