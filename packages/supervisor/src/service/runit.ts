import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Set by the `run` script: the service directory that a runsv looks after. */
export const RUNIT_ENV = 'CCBOT_RUNIT_SERVICE';

/**
 * Has runsv end this process and keep it down: it would start again whatever ends by itself. False where no runsv
 * started us, or it does not listen to us; then the end is ours to make.
 */
export function downByRunit(env: Readonly<Record<string, string | undefined>>): boolean {
  const service = env[RUNIT_ENV];
  if (service === undefined || service === '') return false;
  try {
    // Not waited for: a pipe that nobody reads is one of a runsv that is gone.
    const fd = openSync(join(service, 'supervise/control'), constants.O_WRONLY | constants.O_NONBLOCK);
    try {
      writeSync(fd, 'd');
    } finally {
      closeSync(fd);
    }
    return true;
  } catch {
    return false; // ENXIO, ENOENT: no runsv any more; EACCES: another user's
  }
}
