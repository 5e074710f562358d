import { readlink } from 'node:fs/promises';
import { namesInForeign } from '@ccbot/shared/files/foreign-directory';
import { readForeign } from '@ccbot/shared/files/foreign-file';

/** The subcommand of the server that Codex windows share. */
const SERVER = 'app-server';

/** A row of `/proc/net/unix`: the state and the inode of a socket with a path. */
const ROW = /^[0-9a-f]+: [0-9A-F]+ [0-9A-F]+ [0-9A-F]+ [0-9A-F]+ ([0-9A-F]+) +(\d+) \S/;
const CONNECTED = '03';

/**
 * Whether a process is a Codex server with connected windows. Measured with 0.169.0: it holds the transcripts of all its
 * windows, for some time even of closed ones, and killing it aborts the work of the others. False for every other
 * process, and when the system does not say.
 */
export async function servesWindows(pid: number): Promise<boolean> {
  const read = (path: string) => readForeign(path, 'proc').catch(() => ''); // it has ended, or this system has no /proc
  if (!(await read(`/proc/${pid}/cmdline`)).split('\0').slice(1).includes(SERVER)) return false;
  const folder = `/proc/${pid}/fd`;
  const names = await namesInForeign(folder, 'proc'); // none: as above
  const targets = await Promise.all(names.map((name) => readlink(`${folder}/${name}`).catch(() => '')));
  const sockets = new Set(targets.flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []));
  const rows = (await read('/proc/net/unix')).split('\n').map((row) => ROW.exec(row));
  return rows.some((row) => row?.[1] === CONNECTED && sockets.has(row[2] ?? ''));
}
