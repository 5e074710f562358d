import { processStartTime } from '../lock/holder';
import { processStat } from './process-stat';

/** A process that cannot be mistaken for a later one with the same number. */
export interface KnownProcess {
  pid: number;
  /** See `processStartTime`; null: it had ended already, or this system has no /proc. */
  started: string | null;
}

export function knownProcess(pid: number): KnownProcess {
  return { pid, started: processStartTime(pid) };
}

/** Whether the process still runs, and no other one has its number. A zombie has ended. */
export function isRunning({ pid, started }: KnownProcess): boolean {
  return pid > 1 && processStartTime(pid) === started && !isZombie(pid) && exists(pid);
}

/** Sends a signal to the process, unless it has ended or another one has its number. False: it was not sent. */
export function signalProcess(known: KnownProcess, signal: NodeJS.Signals): boolean {
  if (!isRunning(known)) return false;
  try {
    return process.kill(known.pid, signal);
  } catch {
    return false; // it ended in this moment, or it belongs to another user
  }
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // another user's
  }
}

/** Whether a process has ended and only its parent has not taken notice. */
export function isZombie(pid: number): boolean {
  const state = processStat(pid)?.state;
  return state === 'Z' || state === 'X';
}
