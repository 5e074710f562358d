import type { LogFn } from '@ccbot/shared/log/logger';
import { isRunning, signalProcess, type KnownProcess } from '@ccbot/shared/processes/known-process';
import type { AgentProcesses } from './agent-processes';

/** The time a process has to end after SIGTERM, ms; then it is killed. */
const TERM_MS = 5_000;

/** A killed process that still exists after this time, ms, cannot be killed: the kernel waits for a device. */
const KILL_MS = 2_000;

/** How often the processes are checked, ms: they are not our children, so nothing reports their end. */
const CHECK_MS = 50;

export interface OrphanDeps {
  /** What runs of the agent. */
  processes(): Promise<AgentProcesses>;
  monotonicMs(): number;
  /** In place of {@link TERM_MS}. */
  termMs?: number;
  log: LogFn;
}

/**
 * Ends what is left of an agent that the user ended, with TERM and then KILL, so that two never write one transcript. This
 * process and its parents are never ended. Resolves with the processes that did not end, or that others need.
 */
export async function endOrphans(deps: OrphanDeps): Promise<number[]> {
  const { own, shared } = await deps.processes();
  if (own.length === 0) return [...shared];
  deps.log('warn', 'ending orphaned agent', { pids: own.map(({ pid }) => pid) });
  let left = await afterSignal(own, 'SIGTERM', deps.termMs ?? TERM_MS, deps);
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
