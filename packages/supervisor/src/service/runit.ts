import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '../host';

/** Set by the `run` script: the service directory that runsv manages. */
export const RUNIT_ENV = 'CCBOT_RUNIT_SERVICE';

/**
 * Asks runsv to stop this process and keep it down; if we just exited, runsv would start us again. Returns false if runsv
 * did not start us or does not listen, so that we must stop by ourselves.
 */
export function downByRunit(env: Environment): boolean {
  const service = env[RUNIT_ENV];
  if (service === undefined || service === '') return false;
  try {
    // Non-blocking: a pipe without a reader belongs to a runsv that is gone.
    const fd = openSync(join(service, 'supervise/control'), constants.O_WRONLY | constants.O_NONBLOCK);
    try {
      writeSync(fd, 'd');
    } finally {
      closeSync(fd);
    }
    return true;
  } catch {
    return false; // ENXIO, ENOENT: runsv is gone; EACCES: it is another user's
  }
}
