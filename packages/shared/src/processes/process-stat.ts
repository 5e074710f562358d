import { readFileSync } from 'node:fs';

/** What the kernel says about a process. */
export interface ProcessStat {
  /** One letter, such as `R`; `Z` and `X` have ended. */
  state: string;
  parent: number;
  /** The device number of its terminal; 0: it has none. */
  terminal: number;
}

/** Null: no such process, or this system has no /proc. */
export function processStat(pid: number): ProcessStat | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The program's name in parentheses may contain spaces and parentheses itself, so count fields after the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', parent: Number(fields[1]), terminal: Number(fields[4]) };
  } catch {
    return null;
  }
}

/** A process and its parents, up to the first. */
export function ancestry(pid: number): Set<number> {
  const chain = new Set<number>();
  for (let current = pid; current > 0 && !chain.has(current);) {
    chain.add(current);
    current = processStat(current)?.parent ?? 0;
  }
  return chain;
}
