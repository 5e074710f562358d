import { livingHolder, isAlive } from '../status/inspect';
import { askSupervisor } from '../status/client';
import type { CommandDeps } from './deps';

/** A stop takes at most 10 s before the kill. A process that takes longer than this is stuck, ms. */
const STOP_MS = 15_000;

/** The time between two checks of a process that is not our child, ms. */
const CHECK_MS = 50;

/** `ccbot stop`: stops ccbot, however it was started, and returns when it has exited. */
export async function stop(deps: CommandDeps): Promise<number> {
  const holder = livingHolder(deps.paths.lock);
  const outcome = await askSupervisor(deps.paths.supervisorSocket, 'stop', () => false, STOP_MS);
  if (outcome === 'absent') {
    if (holder === null) {
      deps.terminal.out.write('ccbot is not running.\n');
      return 0;
    }
    process.kill(holder.pid, 'SIGTERM'); // a worker without a supervisor, or a supervisor whose socket is gone
  }
  if (holder !== null) {
    for (let waited = 0; isAlive(holder); waited += CHECK_MS) {
      if (waited >= STOP_MS) {
        deps.terminal.err.write(
          `ccbot: process ${holder.pid} does not exit. See \`ccbot logs\`, or kill it.\n`,
        );
        return 1;
      }
      await new Promise((resolve) => setTimeout(resolve, CHECK_MS));
    }
  }
  deps.terminal.out.write('ccbot has stopped. Sessions in tmux keep running.\n');
  return 0;
}
