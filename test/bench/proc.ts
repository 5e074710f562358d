import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';

/** What a process has used since its start. */
export interface Usage {
  /** CPU of all its threads, ms. */
  cpuMs: number;
  /** CPU of its children that have exited and were waited for, ms. */
  childCpuMs: number;
  /** Page faults of these children: an increase means that a child was forked and has exited. */
  childFaults: number;
  /** Living children. */
  children: number;
}

let ticks = 0;
/** Length of the kernel's accounting tick, ms. */
function tickMs(): number {
  ticks ||= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  return 1_000 / ticks;
}

/** Whether the kernel reports these figures. */
export const hasProc = process.platform === 'linux';

/** Reads the usage of a process from /proc. */
export function usageOf(pid: number): Usage {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name may contain spaces and brackets, so the fields after it are counted: their numbers in proc(5), minus 3.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const field = (number: number): number => Number(fields[number - 3]);
  return {
    cpuMs: threadCpuMs(pid) ?? (field(14) + field(15)) * tickMs(),
    childCpuMs: (field(16) + field(17)) * tickMs(),
    childFaults: field(11) + field(13),
    children: childrenOf(pid).length,
  };
}

/** CPU of the threads by the scheduler's clock, exact to the ns; the ticks of /proc/PID/stat lose short runs. */
function threadCpuMs(pid: number): number | null {
  try {
    return readdirSync(`/proc/${pid}/task`)
      .map(
        (thread) => Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e6,
      )
      .reduce((a, b) => a + b, 0);
  } catch {
    return null; // no schedstat, or a thread has just exited: fall back to the ticks
  }
}

/** The pids of the living children. */
export function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
}

/** Resident memory of a process, MB of 1,048,576 bytes. */
export const rssOf = (pid: number): number => memoryOf(pid, 'VmRSS');

/** The part of it that is the process's own; the rest are pages of files, which other processes share. */
export const anonymousOf = (pid: number): number => memoryOf(pid, 'RssAnon');

function memoryOf(pid: number, field: 'VmRSS' | 'RssAnon'): number {
  const line = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm');
  const [, kb] = line.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kb) / 1_024;
}

export function argvOf(pid: number): string[] {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').filter(Boolean);
}
