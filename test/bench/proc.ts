import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';

/** What a process has used so far. */
export interface Usage {
  /** CPU of all its threads, ms. */
  cpuMs: number;
  /** CPU of its children that have ended and been waited for, ms. */
  childCpuMs: number;
  /** Page faults of such children: more of them means that a child was forked and has ended. */
  childFaults: number;
  /** Children that live. */
  children: number;
}

let ticks = 0;
/** Length of the kernel's accounting tick, ms. */
function tickMs(): number {
  ticks ||= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  return 1_000 / ticks;
}

/** True where the kernel tells these figures. */
export const hasProc = process.platform === 'linux';

/** Reads the usage of a process from /proc. */
export function usageOf(pid: number): Usage {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name may hold spaces and brackets; fields are counted from behind it. Numbers as in proc(5), minus 3.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const field = (number: number): number => Number(fields[number - 3]);
  return {
    cpuMs: threadCpuMs(pid) ?? (field(14) + field(15)) * tickMs(),
    childCpuMs: (field(16) + field(17)) * tickMs(),
    childFaults: field(11) + field(13),
    children: childrenOf(pid).length,
  };
}

/** CPU of the threads by the scheduler's own clock, ns exact; the ticks of /proc/PID/stat round short runs away. */
function threadCpuMs(pid: number): number | null {
  try {
    return readdirSync(`/proc/${pid}/task`)
      .map(
        (thread) => Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e6,
      )
      .reduce((a, b) => a + b, 0);
  } catch {
    return null; // a kernel without schedstat, or a thread that just ended: the ticks serve
  }
}

/** The pids of the children that live. */
export function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
}

/** The memory of a process that is in RAM, MB of 1,048,576 bytes. */
export function rssOf(pid: number): number {
  const [, kb] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kb) / 1_024;
}

/** The words of its command line. */
export function argvOf(pid: number): string[] {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').filter(Boolean);
}
