import { readFileSync } from 'node:fs';

/**
 * Whether a process reads the keys of its terminal: it belongs to the foreground process group. One that was suspended,
 * or runs in the background, leaves the terminal to the shell. Null: it has no terminal, or this system has no /proc.
 */
export function isInForeground(pid: number): boolean | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The program's name in parentheses may contain spaces and parentheses itself, so count fields after the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [, , group, , terminal, foreground] = fields;
    if (group === undefined || foreground === undefined || terminal === '0') return null;
    return group === foreground;
  } catch {
    return null; // no such process, or no /proc on this system
  }
}
