import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The longest path of a Unix socket that works everywhere, bytes: 104 with the final zero on macOS, 108 on Linux. */
const SOCKET_PATH_MAX = 100;

/**
 * Where the sockets of a `CCBOT_DIR` are: in it, or, where their paths would be too long for the kernel, in a short
 * directory of this user. A file of its own, since `ccbot hook` needs this and nothing else, and somebody waits for it.
 */
export function socketDirectory(dir: string): string {
  const run = join(dir, 'run');
  const fits = Buffer.byteLength(join(run, 'supervisor.sock')) <= SOCKET_PATH_MAX;
  return fits ? run : join(runtimeDirectory(), shortName(dir));
}

/**
 * Where `ccbot send-file` leaves its request when it may not use the worker's socket, as in a sandbox: in `dir`, or in
 * the directory of temporary files, whichever may be written to.
 */
export function relayDirectories(dir: string): [string, string] {
  return [join(dir, 'run', 'send'), join(runtimeDirectory(), `send-${shortName(dir)}`)];
}

/** FNV-1a, 64 bits: it only has to tell a user's few directories apart, and `node:crypto` takes 1.5 ms to load. */
function shortName(dir: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(dir)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(16).padStart(16, '0');
}

/**
 * A directory of this user's own that all of its programs agree on; it holds locks and sockets that belong to no
 * `CCBOT_DIR`. Not taken from the environment: a service's and a shell's `TMPDIR` and `XDG_RUNTIME_DIR` differ,
 * and two programs that look in two places do not find each other.
 */
export function runtimeDirectory(): string {
  const base = process.platform !== 'darwin' && existsSync('/tmp') ? '/tmp' : tmpdir();
  return join(base, `ccbot-${uid()}`);
}

/** This user's number. Asked of the kernel: in a container a user may have no entry in the table of users. */
export function uid(): number {
  return process.getuid?.() ?? 0;
}
