import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { NotOursError, openOwnDirectory } from '@ccbot/shared/ownership/directory';

/** A longer log gets no more lines, bytes: without a supervisor, nobody rotates it. */
const LOG_MAX = 10 * 1024 * 1024;

/**
 * Adds a line to the worker's log when the worker's socket was not used because it may be another user's. The agent must
 * not see it, and there is no worker to tell. Any other error is none: it means that no worker runs.
 */
export function logNotOurs(dir: string, error: unknown, now: Date): void {
  if (error instanceof NotOursError)
    complain(dir, 'worker socket not used: it may be another user’s', error.message, now);
}

/**
 * Adds a line when the session map was not written because fs-ext does not load. The worker gets the event anyway; only
 * other programs look into the map. Any other error is a full disk, or no tmux to ask, and the next prompt repairs that.
 */
export function logBrokenAddon(dir: string, error: unknown, now: Date): void {
  const { code, message = '' } = error as { code?: unknown; message?: string };
  if (code !== 'ERR_DLOPEN_FAILED' && code !== 'MODULE_NOT_FOUND') return;
  complain(dir, 'session map not written: fs-ext does not load, see `ccbot doctor`', message, now);
}

function complain(dir: string, message: string, reason: string, now: Date): void {
  const record = {
    timestamp: now.toISOString(),
    level: 'error',
    message,
    reason,
    program: 'hook',
    pid: process.pid,
  };
  try {
    append(dir, `${JSON.stringify(record)}\n`);
  } catch {
    // The directory of the logs is not ours either, or the disk is full.
  }
}

function append(dir: string, line: string): void {
  const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
  const logs = openOwnDirectory(join(dir, 'logs'));
  try {
    const file = openSync(
      logs.at('worker.log'),
      O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK,
      0o600,
    );
    const stat = fstatSync(file);
    if (stat.isFile() && stat.size < LOG_MAX) writeSync(file, line);
    closeSync(file);
  } finally {
    logs.close();
  }
}
