import { buttonData } from '../../chat/buttons';
import type { Handlers } from '../../chat/command';
import type { Registry } from '../../sessions/registry';
import type { Stopping } from './stopping';

/** What interrupting needs. */
export interface StopCommandDeps {
  registry: Registry;
  stopping: Stopping;
  log(level: 'info' | 'warn' | 'error', text: string, meta?: Record<string, unknown>): void;
}

/** The command that interrupts an agent. */
export function stopCommands(deps: StopCommandDeps): Handlers<'interrupt'> {
  return {
    interrupt({ say, ack, words }, { session: id }) {
      const name = deps.registry.get(id)?.name ?? id;
      ack(words.stopping);
      // Not awaited: what the person writes meanwhile must not wait for the evidence.
      deps.stopping.interrupt(id).then(
        (stopped) => {
          if (stopped.how === 'idle') say(words.nothingToStop(name));
          else if (stopped.how === 'failed') say(words.keyFailed(name, stopped.reason));
          else if (stopped.how === 'works-on') {
            say(words.worksOn(name), [
              [
                { text: words.stopAgain, data: buttonData({ do: 'interrupt', session: id }) },
                { text: words.killYes, data: buttonData({ do: 'kill', session: id, sure: true }) },
              ],
            ]);
          }
        },
        (error: unknown) => deps.log('error', 'stopping failed', { session: id, error: String(error) }),
      );
    },
  };
}
