import { readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { namesInForeign } from '@ccbot/shared/files/foreign-directory';
import { readForeign } from '@ccbot/shared/files/foreign-file';
import { knownProcess } from '@ccbot/shared/processes/known-process';
import type { KnownServer } from './server-memory';

/** The name that tmux gives the process of a server. */
const SERVER_NAME = 'tmux: server';

/** In `/proc/net/unix`: the flag of a socket that accepts connections. */
const LISTENS = '00010000';

/**
 * The tmux servers of this user that run, found by their processes, so also those whose socket was deleted. None on a
 * system without /proc.
 */
export async function runningServers(): Promise<KnownServer[]> {
  const pids = (await namesInForeign('/proc', 'proc')).map(Number).filter((pid) => Number.isInteger(pid));
  const servers = await Promise.all(pids.map(async (pid) => ((await isTmuxServer(pid)) ? [pid] : [])));
  if (servers.flat().length === 0) return [];
  const paths = await listeningPaths();
  const found = await Promise.all(
    servers.flat().map(async (pid) => {
      const socket = await socketOf(pid, paths);
      return socket === undefined ? [] : [{ socket, process: knownProcess(pid) }];
    }),
  );
  return found.flat();
}

/** Whether a process is a tmux server of this user: any other one would end at the signal that a server understands. */
export async function isTmuxServer(pid: number): Promise<boolean> {
  const folder = `/proc/${pid}`;
  try {
    if ((await readForeign(join(folder, 'comm'), 'proc')).trimEnd() !== SERVER_NAME) return false;
    return (await stat(folder)).uid === process.getuid?.();
  } catch {
    return false; // it has ended, or this system has no /proc
  }
}

/** The path that a server was bound to, whether or not there is a file by that name now. */
async function socketOf(pid: number, paths: ReadonlyMap<string, string>): Promise<string | undefined> {
  const folder = `/proc/${pid}/fd`;
  for (const name of await namesInForeign(folder, 'proc')) {
    const target = await readlink(join(folder, name)).catch(() => ''); // closed meanwhile
    const path = paths.get(target);
    if (path !== undefined) return path;
  }
  return undefined;
}

/** The paths of sockets that accept connections, by what a descriptor of them looks like. */
async function listeningPaths(): Promise<Map<string, string>> {
  const paths = new Map<string, string>();
  const table = await readForeign('/proc/net/unix', 'proc').catch(() => ''); // no /proc
  for (const line of table.split('\n')) {
    // Num RefCount Protocol Flags Type St Inode Path
    const [, , , flags, , , inode, ...path] = line.split(' ').filter((field) => field !== '');
    if (flags === LISTENS && inode !== undefined && path.length > 0)
      paths.set(`socket:[${inode}]`, path.join(' '));
  }
  return paths;
}
