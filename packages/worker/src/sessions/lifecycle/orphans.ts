import { readFileSync } from 'node:fs';
import type { LogFn } from '@ccbot/shared/log/logger';
import {
  isRunning,
  knownProcess,
  signalProcess,
  type KnownProcess,
} from '@ccbot/shared/processes/known-process';

/** The time a process has to end after SIGTERM, ms; then it is killed. */
const TERM_MS = 5_000;

/** A killed process that still exists after this time, ms, cannot be killed: the kernel waits for a device. */
const KILL_MS = 2_000;

/** How often the processes are checked, ms: they are not our children, so nothing reports their end. */
const CHECK_MS = 50;

export interface OrphanDeps {
  /** The processes that run the agent's session, read from the agent's own files. */
  processes(): Promise<readonly number[]>;
  /** Whether a process serves other sessions too: it is left alone. */
  isShared(pid: number): Promise<boolean>;
  monotonicMs(): number;
  /** In place of {@link TERM_MS}. */
  termMs?: number;
  log: LogFn;
}

/**
 * Ends what is left of an agent whose window is gone, with TERM and then KILL, so that two never write one transcript.
 * A process is identified by its start time too, in case another process got its number. This process and its parents
 * are never ended. Resolves with the processes that did not end, or that others need.
 */
export async function endOrphans(deps: OrphanDeps): Promise<number[]> {
  const parents = ancestry(process.pid);
  const pids = (await deps.processes()).filter((pid) => pid > 1 && !parents.has(pid));
  const areShared = await Promise.all(pids.map((pid) => deps.isShared(pid)));
  const shared = pids.filter((_, i) => areShared[i]);
  const found = pids
    .filter((pid) => !shared.includes(pid))
    .map(knownProcess)
    .filter(isRunning);
  if (found.length === 0) return shared;
  deps.log('warn', 'ending orphaned agent', { pids: found.map(({ pid }) => pid) });
  let left = await afterSignal(found, 'SIGTERM', deps.termMs ?? TERM_MS, deps);
  if (left.length > 0) left = await afterSignal(left, 'SIGKILL', KILL_MS, deps);
  return [...shared, ...left.map(({ pid }) => pid)];
}

/** Sends a signal, and resolves with the processes that still exist after the time. */
async function afterSignal(
  processes: readonly KnownProcess[],
  signal: 'SIGTERM' | 'SIGKILL',
  patienceMs: number,
  { monotonicMs }: OrphanDeps,
): Promise<KnownProcess[]> {
  for (const known of processes) signalProcess(known, signal);
  const deadline = monotonicMs() + patienceMs;
  for (;;) {
    const left = processes.filter(isRunning);
    if (left.length === 0 || monotonicMs() >= deadline) return left;
    await new Promise((resolve) => setTimeout(resolve, CHECK_MS));
  }
}

/** A process and its parents, up to the first. */
function ancestry(pid: number): Set<number> {
  const chain = new Set<number>();
  for (let current = pid; current > 0 && !chain.has(current);) {
    chain.add(current);
    try {
      const stat = readFileSync(`/proc/${current}/stat`, 'utf8');
      current = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    } catch {
      break; // it has ended, or this system has no /proc
    }
  }
  return chain;
}
