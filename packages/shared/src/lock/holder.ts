import { isoTime } from '../iso-time';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import * as z from 'zod/mini';
import { parseJson } from '../protocol/json';

/** A supervisor with its worker, a worker alone, or a command that needs the lock for a moment and does not poll. */
export type HolderRole = (typeof ROLES)[number];

const ROLES = ['supervisor', 'worker', 'command'] as const;

/** The holder of a lock, stored in the lock file as one line of JSON. */
export interface Holder {
  pid: number;
  /** The process's start time (field 22 of /proc/PID/stat), to recognise a reused pid. Null on systems without /proc. */
  startTime: string | null;
  host: string;
  version: string;
  /** ISO 8601. */
  since: string;
  ccbotDir: string;
  /** Null if an older ccbot wrote it. */
  role: HolderRole | null;
}

export function holderOfThisProcess(version: string, ccbotDir: string, at: number, role: HolderRole): Holder {
  return {
    pid: process.pid,
    startTime: processStartTime(process.pid),
    host: hostname(),
    version,
    since: isoTime(at),
    ccbotDir,
    role,
  };
}

/** The start time of a process in clock ticks since boot, or null if unknown. */
export function processStartTime(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The program's name in parentheses may contain spaces and parentheses itself, so count fields after the last one.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null; // no such process, or no /proc on this system
  }
}

/** Clock ticks per second in `/proc`: the same on every Linux, whatever the kernel's own clock rate is (proc(5)). */
const TICKS = 100;

/** When a process started, ms since the epoch by the current clock, or null if unknown. */
export function processStartedAt(pid: number): number | null {
  const ticks = Number(processStartTime(pid) ?? 'none');
  try {
    const boot = /^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1];
    return boot === undefined || Number.isNaN(ticks) ? null : (Number(boot) + ticks / TICKS) * 1_000;
  } catch {
    return null; // no /proc on this system
  }
}

/** A missing or unexpected value, except the pid, is no reason to reject the rest: another ccbot may have written it. */
const stored: z.ZodMiniType<Holder> = z.object({
  pid: z.number(),
  startTime: z.catch(z.nullable(z.string()), null),
  host: z.catch(z.string(), '?'),
  version: z.catch(z.string(), '?'),
  since: z.catch(z.string(), '?'),
  ccbotDir: z.catch(z.string(), '?'),
  role: z.catch(z.nullable(z.enum(ROLES)), null),
});

/**
 * Parses a lock file. Null if it is empty, cut short by a crash, or written by another program; whether the lock is held
 * does not depend on its text.
 */
export function parseHolder(text: string): Holder | null {
  return parseJson(stored, text.split('\n', 1)[0] ?? '');
}
