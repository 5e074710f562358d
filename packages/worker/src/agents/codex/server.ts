import { promises } from 'node:fs';

/** The word by which Codex starts the server that its windows at the desk share. */
const SERVER = 'app-server';

/** A row of `/proc/net/unix`: the state and the socket's number; a socket that somebody is connected to by its path has one. */
const ROW = /^[0-9a-f]+: [0-9A-F]+ [0-9A-F]+ [0-9A-F]+ [0-9A-F]+ ([0-9A-F]+) +(\d+) \S/;
const CONNECTED = '03';

/**
 * Whether a process is a server of Codex's that windows are connected to (measured with 0.169.0: it holds the
 * transcripts of all of them, and for some time those of windows that were closed; to end it breaks off what runs in
 * the others). False of every other process, and where this system does not tell.
 */
export async function servesWindows(pid: number): Promise<boolean> {
  const read = (path: string) => promises.readFile(path, 'utf8').catch(() => ''); // it ended, or there is no /proc
  if (!(await read(`/proc/${pid}/cmdline`)).split('\0').slice(1).includes(SERVER)) return false;
  const folder = `/proc/${pid}/fd`;
  const names = await promises.readdir(folder).catch(() => []); // as above
  const targets = await Promise.all(
    names.map((name) => promises.readlink(`${folder}/${name}`).catch(() => '')),
  );
  const own = new Set(targets.flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []));
  const rows = (await read('/proc/net/unix')).split('\n').map((row) => ROW.exec(row));
  return rows.some((row) => row?.[1] === CONNECTED && own.has(row[2] ?? ''));
}
