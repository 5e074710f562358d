import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';

/** A living process of the world. */
export interface Alive {
  pid: number;
  role: 'supervisor' | 'worker';
}

/** The supervisors and workers of a `CCBOT_DIR` that live now, zombies left out. */
export function aliveIn(dir: string): Alive[] {
  const found = processes().flatMap((pid): (Alive & { parent: number })[] => {
    const role = roleOf(pid, dir);
    return role === null ? [] : [{ pid, role, parent: parentOf(pid) ?? 0 }];
  });
  // Between fork and exec a child still looks like its parent.
  const copies = ({ role, parent }: Alive & { parent: number }): boolean =>
    found.some((other) => other.pid === parent && other.role === role);
  return found.filter((one) => !copies(one)).map(({ pid, role }) => ({ pid, role }));
}

function processes(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** The parent of a process; null when it has ended. */
export function parentOf(pid: number): number | null {
  const after = statOf(pid);
  return after === null ? null : Number(after[1]);
}

/** Whether a process lives; a zombie does not. */
export function lives(pid: number): boolean {
  const state = statOf(pid)?.[0] ?? 'X';
  return state !== 'Z' && state !== 'X';
}

/** The fields of /proc/PID/stat behind the name: state, parent, …; null when it has ended. */
function statOf(pid: number): string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null; // it ended while we looked
  }
}

function roleOf(pid: number, dir: string): Alive['role'] | null {
  const argv = wordsOf(pid);
  const worker = argv.some((word) => word.endsWith('ccbot-worker.js'));
  if (!worker && !argv.includes('supervise')) return null;
  if (!lives(pid) || !hasVariable(pid, `CCBOT_DIR=${dir}`)) return null;
  return worker ? 'worker' : 'supervisor';
}

/** The command line of a process; empty when it has ended. */
export function wordsOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').filter(Boolean);
  } catch {
    return []; // it ended while we looked
  }
}

function hasVariable(pid: number, assignment: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(assignment);
  } catch {
    return false; // it ended while we looked
  }
}

/** All living processes that were started for a `CCBOT_DIR`, whatever they are, with their command lines. */
export function allOf(dir: string): { pid: number; words: string[] }[] {
  return processes()
    .filter((pid) => lives(pid) && hasVariable(pid, `CCBOT_DIR=${dir}`))
    .map((pid) => ({ pid, words: wordsOf(pid) }));
}

/** Whether a process is a tmux server or runs in one. */
export function isUnderTmux(pid: number): boolean {
  for (let at: number | null = pid; at !== null && at > 1; at = parentOf(at)) {
    if (wordsOf(at)[0]?.startsWith('tmux') === true) return true;
  }
  return false;
}

/** Which of these processes has the socket with this local port; null: none that is known. */
export function ownerOfPort(port: number, pids: readonly number[]): number | null {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const inodes = new Set(
    readFileSync('/proc/net/tcp', 'utf8')
      .split('\n')
      .map((row) => row.trim().split(/\s+/))
      .filter((fields) => fields[1]?.endsWith(`:${hex}`))
      .map((fields) => `socket:[${fields[9]}]`),
  );
  return pids.find((pid) => descriptorsOf(pid).some((link) => inodes.has(link))) ?? null;
}

/** What the descriptors of a process lead to; empty when it has ended. */
export function descriptorsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => linkOf(`/proc/${pid}/fd/${fd}`));
  } catch {
    return []; // it ended while we looked
  }
}

function linkOf(path: string): string[] {
  try {
    return [readlinkSync(path)];
  } catch {
    return []; // the descriptor went while we looked
  }
}

/** Processes, other than these, that have one of the files open. */
export function othersWithOpen(files: readonly string[], except: readonly number[]): number[] {
  const inodes = new Set(files.flatMap(inodeOf));
  return processes().filter((pid) => {
    if (except.includes(pid)) return false;
    try {
      return readdirSync(`/proc/${pid}/fd`).some((fd) =>
        inodeOf(`/proc/${pid}/fd/${fd}`).some((inode) => inodes.has(inode)),
      );
    } catch {
      return false; // it ended, or is not ours to look at
    }
  });
}

function inodeOf(path: string): string[] {
  try {
    const { dev, ino } = statSync(path);
    return [`${dev}:${ino}`];
  } catch {
    return []; // not there
  }
}
