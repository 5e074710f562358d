import { realpathSync } from 'node:fs';
import { link, mkdir, rename, rm, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import type { LogFn } from '@ccbot/shared/log/logger';
import { isRunning, signalProcess } from '@ccbot/shared/processes/known-process';
import { isTmuxServer, runningServers } from './running-servers';
import type { KnownServer, ServerMemory } from './server-memory';

/** How long a server may take to make its socket again, ms. */
const REMAKE_MS = 3_000;

/** How long a connection may take, ms; it is made at once unless the server is busy. */
const CONNECT_MS = 1_000;

/** How often we look, ms. */
const LOOK_MS = 20;

/** The path of a server's socket, by tmux's own rule for `-L` and `TMUX_TMPDIR`. `name`: empty for the user's own server. */
export function socketPath(name: string, env: NodeJS.ProcessEnv): string {
  const folder = [env['TMUX_TMPDIR'] ?? '', '/tmp'].flatMap(realOf)[0] ?? '/tmp';
  return join(folder, `tmux-${process.getuid?.() ?? 0}`, name === '' ? 'default' : name);
}

function realOf(path: string): string[] {
  if (path === '') return [];
  try {
    return [realpathSync(path)];
  } catch {
    return []; // tmux tries the next one
  }
}

/**
 * Makes the socket of a server again whose file was deleted: such a server lives on unseen, and tmux would start a second
 * one beside it. False: a server runs without its socket, and did not make it.
 */
export async function restoreSocket(path: string, memory: ServerMemory, log: LogFn): Promise<boolean> {
  if (await isListening(path)) return true;
  const known = memory.running().find(({ socket }) => socket === path);
  const isKnown = known !== undefined && (await isTmuxServer(known.process.pid));
  const hidden = isKnown ? known : (await runningServers()).find(({ socket }) => socket === path);
  // A server that is on its way out takes its socket with it.
  return hidden === undefined || (await remakeSocket(hidden, log)) || !isRunning(hidden.process);
}

/**
 * A known server at a socket where it answers; null: it cannot be reached now. `pidAt`: which server answers at a socket,
 * if any does.
 */
export async function reachServer(
  known: KnownServer,
  pidAt: (socket: string) => Promise<number | null>,
  log: LogFn,
): Promise<KnownServer | null> {
  const { pid } = known.process;
  if ((await isListening(known.socket)) && (await pidAt(known.socket)) === pid) return known;
  // It can make its socket only at the path that it was started with.
  const bound = (await runningServers()).find((each) => each.process.pid === pid)?.socket ?? known.socket;
  const hidden = { ...known, socket: bound };
  if (await isListening(bound)) return (await pidAt(bound)) === pid ? hidden : bringOut(hidden, log);
  return (await remakeSocket(hidden, log)) ? hidden : null;
}

/** Whether a server answers at a socket. */
function isListening(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(path);
    connection.setTimeout(CONNECT_MS);
    const settle = (isThere: boolean): void => {
      connection.destroy();
      resolve(isThere);
    };
    connection.once('connect', () => settle(true));
    connection.once('timeout', () => settle(true)); // its queue is full: it is busy
    connection.once('error', (error: NodeJS.ErrnoException) => settle(error.code === 'EAGAIN'));
  });
}

/** Has a server make its socket again. */
async function remakeSocket({ socket, process: server }: KnownServer, log: LogFn): Promise<boolean> {
  const before = await inodeOf(socket);
  if (!(await isTmuxServer(server.pid)) || !isRunning(server)) return false;
  // The directory may have been deleted, too; tmux refuses one that others may enter.
  await mkdir(dirname(socket), { mode: 0o700 }).catch(() => undefined); // it is there
  log('warn', 'tmux server without its socket', { pid: server.pid, socket });
  if (!signalProcess(server, 'SIGUSR1')) return false;
  for (let waited = 0; waited < REMAKE_MS && isRunning(server); waited += LOOK_MS) {
    const now = await inodeOf(socket);
    if (now !== null && now !== before) return true;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return false;
}

/**
 * Reaches a server whose socket was deleted, and whose path another server has taken since. It can only make its socket
 * at that path, so the other's is put aside for that moment, and the new one gets a name of its own. Null: it cannot be
 * reached.
 */
async function bringOut(hidden: KnownServer, log: LogFn): Promise<KnownServer | null> {
  const { socket, process: server } = hidden;
  const aside = `${socket}.aside-${server.pid}`;
  const own = `${socket}.server-${server.pid}`;
  await rm(aside, { force: true });
  await link(socket, aside);
  const isRemade = await remakeSocket(hidden, log);
  if (isRemade) await rename(socket, own);
  await rename(aside, socket);
  return isRemade ? { socket: own, process: server } : null;
}

async function inodeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).ino;
  } catch {
    return null;
  }
}
