import { buttonData } from '../../router/buttons';
import { PanesError, type Panes } from '../../terminal/panes';
import type { Adopting } from '../adopt';
import type { Handlers } from '../command';
import { isLive } from '../model';
import type { Registry } from '../registry';

/** What the buttons under a window that nobody here opened need. */
export interface AdoptCommandDeps {
  registry: Registry;
  adopting: Adopting;
  panes: Panes;
  active: { set(chatId: number, session: string): void };
  now(): number;
}

/** Adopting and closing what somebody opened at the desk. */
export function adoptCommands({
  registry,
  adopting,
  panes,
  active,
  now,
}: AdoptCommandDeps): Handlers<'adopt' | 'close-stray'> {
  const gone = (id: string): void => adopting.settle(id, (words) => words.adopt.gone);

  return {
    async adopt({ inbound, chatId, ack, say, words }, { stray: id }) {
      const session = inbound.updateId.toString(36);
      const known = registry.get(session);
      const found = await adopting.find(id);
      if (found === undefined) {
        ack();
        // Tied before a crash: it was told of, or is now.
        if (known === undefined || !isLive(known)) return gone(id);
        active.set(chatId, session);
        return adopting.settle(id, ({ adopt }) => adopt.adopted(known.name));
      }
      try {
        const { name } = await adopting.adopt(found, session, chatId);
        active.set(chatId, session);
        ack(words.adopt.adopt);
        adopting.settle(id, ({ adopt }) => adopt.adopted(name));
      } catch (error) {
        if (!(error instanceof PanesError)) throw error;
        registry.dispatch(session, [{ type: 'lost', at: now() }]);
        registry.forget([session]);
        ack();
        if (error.reason === 'no-such-session') return gone(id);
        say(words.adopt.notAdopted(error.message));
      }
    },
    async 'close-stray'({ ack, words, say }, { stray: id, sure }) {
      ack();
      const found = await adopting.find(id);
      if (found === undefined) return gone(id);
      const { window, command } = found.stray;
      if (!sure) {
        return say(words.adopt.closeSure(window, command), [
          [{ text: words.adopt.closeYes, data: buttonData({ do: 'close-stray', stray: id, sure: true }) }],
        ]);
      }
      try {
        await panes.strays?.close(id);
        adopting.settle(id, ({ adopt }) => adopt.closed(window));
      } catch (error) {
        if (!(error instanceof PanesError) || error.reason !== 'no-such-session') throw error;
        gone(id);
      }
    },
  };
}
