import { stat } from 'node:fs/promises';
import { reasonOf } from '@ccbot/shared/faults/fault';
import { PanesError, type OpenRequest } from './model';

/**
 * Throws a {@link PanesError} when a window must not be opened: a directory that is not there (tmux would start the
 * program in the home directory instead), nothing to run, or a session id that cannot stand in a tmux target.
 */
export async function checkStartable(request: OpenRequest): Promise<void> {
  if (!/^[\w-]{1,64}$/.test(request.session)) {
    throw new PanesError('refused', `"${request.session}" cannot be the id of a session`);
  }
  if (request.argv.length === 0) throw new PanesError('spawn-failed', 'there is no program to start');
  const parts = [request.cwd, ...request.argv, ...Object.entries(request.env).flat()];
  if (parts.some((part) => part.includes('\0'))) {
    throw new PanesError('spawn-failed', 'a NUL character cannot be passed to a program');
  }
  try {
    if ((await stat(request.cwd)).isDirectory()) return;
  } catch (error) {
    throw new PanesError('spawn-failed', `the directory cannot be used: ${reasonOf(error)}`);
  }
  throw new PanesError('spawn-failed', `${request.cwd} is not a directory`);
}
