import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A living process of the world. */
export interface Alive {
  pid: number;
  role: 'supervisor' | 'worker';
}

/** The supervisors and workers of a `CCBOT_DIR` that live now, zombies left out. */
export function aliveIn(dir: string): Alive[] {
  const found = readdirSync('/proc').flatMap((name): (Alive & { parent: number })[] => {
    if (!/^\d+$/.test(name)) return [];
    const role = roleOf(name, dir);
    return role === null ? [] : [{ pid: Number(name), role, parent: parentOf(Number(name)) ?? 0 }];
  });
  // Between fork and exec a child still looks like its parent.
  const copies = ({ role, parent }: Alive & { parent: number }): boolean =>
    found.some((other) => other.pid === parent && other.role === role);
  return found.filter((one) => !copies(one)).map(({ pid, role }) => ({ pid, role }));
}

/** The parent of a process; null when it has ended. */
export function parentOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return null; // it ended while we looked
  }
}

function roleOf(pid: string, dir: string): Alive['role'] | null {
  try {
    const argv = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    const worker = argv.some((word) => word.endsWith('ccbot-worker.js'));
    const supervisor = argv.includes('supervise');
    if (!worker && !supervisor) return null;
    if (!readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`CCBOT_DIR=${dir}`)) return null;
    if (stateOf(pid) === 'Z') return null;
    return worker ? 'worker' : 'supervisor';
  } catch {
    return null; // it ended while we looked
  }
}

function stateOf(pid: string): string {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
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
  return pids.find((pid) => hasAny(pid, inodes)) ?? null;
}

function hasAny(pid: number, links: ReadonlySet<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => links.has(readlinkSync(`/proc/${pid}/fd/${fd}`)));
  } catch {
    return false; // it, or the descriptor, went while we looked
  }
}

/** How many descriptors a process has. */
export function descriptorsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}
