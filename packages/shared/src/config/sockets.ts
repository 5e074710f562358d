import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownUid } from '../ownership/directory';

/** The worker's socket for a `CCBOT_DIR`. This file stays small because `ccbot hook` loads it while the agent waits. */
export function workerSocketOf(dir: string): string {
  return join(socketDirectory(dir), 'worker.sock');
}

/** The worker's pipe for lines that need no answer. */
export function workerPipeOf(dir: string): string {
  return join(socketDirectory(dir), 'worker.pipe');
}

/** How the names of notes of windows begin. */
export const WINDOW_NOTE = 'window-';

/**
 * The name of the file beside the pipe that says what the session map has of a pane: the launcher of a hook compares it
 * with a prompt, and need not start Node.js if nothing has changed. `server`: the pid of the pane's tmux server.
 */
export function windowNote(pane: string, server: string): string {
  return `${WINDOW_NOTE}${pane}-${server}`;
}

export function supervisorSocketOf(dir: string): string {
  return join(socketDirectory(dir), 'supervisor.sock');
}

/** In the `CCBOT_DIR`, however long its path is: sockets are reached through the open directory. */
function socketDirectory(dir: string): string {
  return join(dir, 'run');
}

/**
 * Where `ccbot send-file` leaves its request when it may not use the worker's socket, as in a sandbox: in `dir`, or in
 * the directory for temporary files, whichever is writable.
 */
export function relayDirectories(dir: string): [string, string] {
  return [join(dir, 'run', 'send'), join(sharedDirectory(), `send-${shortName(dir)}`)];
}

/** FNV-1a, 64 bits. It only has to tell a user's few directories apart, and `node:crypto` takes 1.5 ms to load. */
function shortName(dir: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(dir)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(16).padStart(16, '0');
}

/**
 * This user's directory among the temporary files of the machine: for locks that other users must see, and for agents
 * that can write nowhere else. Another user may have created it first, so ccbot must work without it. It does not come
 * from the environment: a service and a shell have different values of `TMPDIR` and `XDG_RUNTIME_DIR`, so their programs
 * would not find each other.
 */
export function sharedDirectory(): string {
  const base = process.platform !== 'darwin' && existsSync('/tmp') ? '/tmp' : tmpdir();
  return join(base, `ccbot-${ownUid()}`);
}

/** Others may pass through it to a lock whose name they know, but cannot list it. */
export const SHARED_MODE = 0o711;
