import { stat } from 'node:fs/promises';
import { reasonOf } from '@ccbot/shared/faults/fault';
import { PanesError, type OpenRequest } from './model';

/**
 * Throws a {@link PanesError} if a window must not be opened: its directory is missing (tmux would start the program in
 * the home directory instead), there is nothing to run, or the session id is unsafe in a tmux target.
 */
export async function checkStartable(request: OpenRequest): Promise<void> {
  if (!/^[\w-]{1,64}$/.test(request.session)) {
    throw new PanesError('refused', `invalid session id: "${request.session}"`);
  }
  if (request.argv.length === 0) throw new PanesError('spawn-failed', 'no program to start');
  const parts = [request.cwd, ...request.argv, ...Object.entries(request.env).flat()];
  if (parts.some((part) => part.includes('\0'))) {
    throw new PanesError('spawn-failed', 'an argument or variable contains a NUL character');
  }
  try {
    if ((await stat(request.cwd)).isDirectory()) return;
  } catch (error) {
    throw new PanesError('spawn-failed', `the directory cannot be used: ${reasonOf(error)}`);
  }
  throw new PanesError('spawn-failed', `${request.cwd} is not a directory`);
}
