import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The longest socket path that works everywhere, bytes. The limit is 104 on macOS and 108 on Linux, with the final zero. */
const SOCKET_PATH_MAX = 100;

/**
 * The directory for the sockets of a `CCBOT_DIR`: inside it, or in a short per-user directory when the paths would be
 * too long for the kernel. This file stays separate and small because `ccbot hook` loads it while the agent waits.
 */
export function socketDirectory(dir: string): string {
  const run = join(dir, 'run');
  const fits = Buffer.byteLength(join(run, 'supervisor.sock')) <= SOCKET_PATH_MAX;
  return fits ? run : join(runtimeDirectory(), shortName(dir));
}

/**
 * Where `ccbot send-file` leaves its request when it may not use the worker's socket, as in a sandbox: in `dir`, or in
 * the directory for temporary files, whichever is writable.
 */
export function relayDirectories(dir: string): [string, string] {
  return [join(dir, 'run', 'send'), join(runtimeDirectory(), `send-${shortName(dir)}`)];
}

/** FNV-1a, 64 bits. It only has to tell a user's few directories apart, and `node:crypto` takes 1.5 ms to load. */
function shortName(dir: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(dir)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(16).padStart(16, '0');
}

/**
 * A per-user directory for locks and sockets that belong to no `CCBOT_DIR`. It does not come from the environment: a
 * service and a shell have different values of `TMPDIR` and `XDG_RUNTIME_DIR`, so their programs would not find each
 * other.
 */
export function runtimeDirectory(): string {
  const base = process.platform !== 'darwin' && existsSync('/tmp') ? '/tmp' : tmpdir();
  return join(base, `ccbot-${uid()}`);
}

/** This user's id, from the kernel: in a container the user may be missing from /etc/passwd. */
export function uid(): number {
  return process.getuid?.() ?? 0;
}

/** The worker's socket for a `CCBOT_DIR`. */
export function workerSocketOf(dir: string): string {
  return join(socketDirectory(dir), 'worker.sock');
}
