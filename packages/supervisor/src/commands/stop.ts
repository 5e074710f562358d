import { livingHolder, isAlive } from '../status/look';
import { askSupervisor } from '../status/client';
import type { CommandDeps } from './deps';

/** A stop takes at most 10 s and the kill behind it; after this it is stuck, ms. */
const STOP_MS = 15_000;

/** How often a process that is not our child is looked at, ms. */
const LOOK_MS = 50;

/** `ccbot stop`: ends ccbot however it was started, and returns when it has ended. */
export async function stop(deps: CommandDeps): Promise<number> {
  const holder = livingHolder(deps.paths.lock);
  const asked = await askSupervisor(deps.paths.supervisorSocket, 'stop', () => false, STOP_MS);
  if (asked === 'absent') {
    if (holder === null) {
      deps.out.write('ccbot does not run.\n');
      return 0;
    }
    process.kill(holder.pid, 'SIGTERM'); // a worker alone, or a supervisor whose socket is gone
  }
  if (holder !== null) {
    for (let waited = 0; isAlive(holder); waited += LOOK_MS) {
      if (waited >= STOP_MS) {
        deps.err.write(`ccbot: process ${holder.pid} does not end; look at \`ccbot logs\`, or kill it.\n`);
        return 1;
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }
  deps.out.write('ccbot has ended; sessions in tmux go on.\n');
  return 0;
}
