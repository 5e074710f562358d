import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';

export interface Alive {
  pid: number;
  role: 'supervisor' | 'worker';
}

/** How often a process is looked at after its start, during which it may still become another program. */
const FIRST_LOOKS = 4;

/** Of this many later looks, one looks at it again. */
const LATER_LOOKS = 40;

/**
 * The living supervisors and workers of a `CCBOT_DIR`, without zombies. `others`, for somebody who looks many times a
 * second: how often each other process was seen, most of which need not be looked at again.
 */
export function aliveIn(dir: string, others = new Map<number, number>()): Alive[] {
  const found = processes().flatMap((pid): (Alive & { parent: number })[] => {
    const looks = others.get(pid) ?? 0;
    const isKnown = looks >= FIRST_LOOKS && looks % LATER_LOOKS > 0;
    const role = isKnown ? null : roleOf(pid, dir);
    if (role !== null) return [{ pid, role, parent: parentOf(pid) ?? 0 }];
    others.set(pid, looks + 1);
    return [];
  });
  // Between fork and exec, a child still looks like its parent.
  const isFork = ({ role, parent }: Alive & { parent: number }): boolean =>
    found.some((other) => other.pid === parent && other.role === role);
  return found.filter((process) => !isFork(process)).map(({ pid, role }) => ({ pid, role }));
}

function processes(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** The parent of a process; null when the process has exited. */
export function parentOf(pid: number): number | null {
  const fields = statOf(pid);
  return fields === null ? null : Number(fields[1]);
}

/** False for a zombie. */
export function isAlive(pid: number): boolean {
  const state = statOf(pid)?.[0] ?? 'X';
  return state !== 'Z' && state !== 'X';
}

/** The fields of /proc/PID/stat after the name: state, parent, …; null when the process has exited. */
function statOf(pid: number): string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null; // it has exited
  }
}

function roleOf(pid: number, dir: string): Alive['role'] | null {
  const argv = argvOf(pid);
  const isWorker = argv.some((word) => word.endsWith('ccbot-worker.js'));
  if (!isWorker && !argv.includes('supervise')) return null;
  if (!isAlive(pid) || !hasVariable(pid, `CCBOT_DIR=${dir}`)) return null;
  return isWorker ? 'worker' : 'supervisor';
}

/** The command line of a process; empty when the process has exited. */
export function argvOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').filter(Boolean);
  } catch {
    return []; // it has exited
  }
}

function hasVariable(pid: number, assignment: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(assignment);
  } catch {
    return false; // it has exited
  }
}

/** All living processes with this `CCBOT_DIR` in their environment, with their command lines. */
export function processesIn(dir: string): { pid: number; argv: string[] }[] {
  return processes()
    .filter((pid) => isAlive(pid) && hasVariable(pid, `CCBOT_DIR=${dir}`))
    .map((pid) => ({ pid, argv: argvOf(pid) }));
}

/** Whether a process is a tmux server or runs in one. */
export function isUnderTmux(pid: number): boolean {
  for (let ancestor: number | null = pid; ancestor !== null && ancestor > 1; ancestor = parentOf(ancestor)) {
    if (argvOf(ancestor)[0]?.startsWith('tmux') === true) return true;
  }
  return false;
}

/** The process among these that has a socket with this local port; null when there is none. */
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

/** The targets of a process's descriptors; empty when the process has exited. */
export function descriptorsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => linkOf(`/proc/${pid}/fd/${fd}`));
  } catch {
    return []; // it has exited
  }
}

function linkOf(path: string): string[] {
  try {
    return [readlinkSync(path)];
  } catch {
    return []; // the descriptor is closed
  }
}

/** The processes, except these, that have one of the files open. */
export function othersWithOpen(files: readonly string[], except: readonly number[]): number[] {
  const inodes = new Set(files.flatMap(inodeOf));
  return processes().filter((pid) => {
    if (except.includes(pid)) return false;
    try {
      return readdirSync(`/proc/${pid}/fd`).some((fd) =>
        inodeOf(`/proc/${pid}/fd/${fd}`).some((inode) => inodes.has(inode)),
      );
    } catch {
      return false; // it has exited, or belongs to another user
    }
  });
}

function inodeOf(path: string): string[] {
  try {
    const { dev, ino } = statSync(path);
    return [`${dev}:${ino}`];
  } catch {
    return []; // the file does not exist
  }
}
