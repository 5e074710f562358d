import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** What holds a lock: the supervisor with its worker, a worker alone, or a command that needs it for a while and polls nothing. */
export type HolderRole = 'supervisor' | 'worker' | 'command';

const ROLES: readonly unknown[] = ['supervisor', 'worker', 'command'] satisfies HolderRole[];

/** Who holds a lock, as written into the lock file: one line of JSON. */
export interface Holder {
  pid: number;
  /** The process's start time as the kernel tells it (field 22 of /proc/PID/stat); tells a reused pid apart. Null where there is no /proc. */
  startTime: string | null;
  host: string;
  version: string;
  /** ISO 8601. */
  since: string;
  ccbotDir: string;
  /** Null where an older ccbot wrote it. */
  role: HolderRole | null;
}

/** This process as a holder. */
export function holderOfThisProcess(version: string, ccbotDir: string, at: number, role: HolderRole): Holder {
  return {
    pid: process.pid,
    startTime: processStartTime(process.pid),
    host: hostname(),
    version,
    since: new Date(at).toISOString(),
    ccbotDir,
    role,
  };
}

/** The kernel's start time of a process, in clock ticks since boot; null when it cannot be told. */
export function processStartTime(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold spaces and parentheses; fields are counted behind the last one.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null; // no such process, or no /proc on this system: not an error of ours
  }
}

/** In `/proc` a second has this many clock ticks on every Linux, whatever the kernel's own clock does (proc(5)). */
const TICKS = 100;

/** When a process started, ms since the epoch by today's clock; null when it cannot be told. */
export function processStartedAt(pid: number): number | null {
  const ticks = Number(processStartTime(pid) ?? 'none');
  try {
    const boot = /^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1];
    return boot === undefined || Number.isNaN(ticks) ? null : (Number(boot) + ticks / TICKS) * 1_000;
  } catch {
    return null; // no /proc on this system
  }
}

/** Reads a lock file's line. Null for an empty or half-written one: the lock itself says whether it is held, not the text. */
export function parseHolder(text: string): Holder | null {
  try {
    const value = JSON.parse(text.split('\n', 1)[0] ?? '') as Partial<Holder> | null;
    if (typeof value?.pid !== 'number') return null;
    return {
      pid: value.pid,
      startTime: typeof value.startTime === 'string' ? value.startTime : null,
      host: String(value.host ?? '?'),
      version: String(value.version ?? '?'),
      since: String(value.since ?? '?'),
      ccbotDir: String(value.ccbotDir ?? '?'),
      role: ROLES.includes(value.role) ? (value.role as HolderRole) : null,
    };
  } catch {
    return null; // not JSON: written by another program, or cut off by a crash
  }
}
