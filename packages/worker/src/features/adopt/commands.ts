import { buttonData } from '../../cards/button';
import { closeStrayButton } from './buttons';
import { PanesError, type Panes } from '../../terminal/panes';
import type { Adoption } from './adoption';
import type { Handlers } from '../../chat/command';
import type { AdoptIntent, CloseStrayIntent, StraysIntent } from './buttons';
import type { Registry } from '../../sessions/registry';

/** What the buttons under a window that nobody here opened need. */
export interface AdoptCommandDeps {
  registry: Registry;
  adopting: Adoption;
  panes: Panes;
  active: { set(chatId: number, session: string): void };
  now(): number;
}

/** Adoption and closing what somebody opened at the desk. */
export function adoptCommands({
  registry,
  adopting,
  panes,
  active,
  now,
}: AdoptCommandDeps): Handlers<StraysIntent | AdoptIntent | CloseStrayIntent> {
  const gone = (id: string): void => adopting.settle(id, (words) => words.adopt.gone);

  /** What began and got no window. */
  function drop(session: string): void {
    registry.dispatch(session, [{ type: 'lost', at: now() }]);
    registry.forget([session]);
  }

  /** There is no such stray: it has gone, or it is a session by now, by an earlier tap or before a crash. */
  async function absent(id: string, session: string, chatId: number): Promise<void> {
    const is = await adopting.sessionOf(id);
    if (is?.id !== session && registry.get(session)?.phase === 'opening') drop(session);
    if (is === undefined) return gone(id);
    active.set(chatId, is.id);
    adopting.settle(id, ({ adopt }) => adopt.adopted(is.name));
  }

  return {
    async strays({ chatId, say, words }) {
      if ((await adopting.show(chatId)) === 0) say(words.adopt.none);
    },
    async adopt({ inbound, chatId, ack, say, words }, { stray: id }) {
      const session = inbound.updateId.toString(36);
      const found = await adopting.find(id);
      if (found === undefined) {
        ack();
        return absent(id, session, chatId);
      }
      try {
        const { name } = await adopting.adopt(found, session, chatId);
        active.set(chatId, session);
        ack(words.adopt.adopt);
        adopting.settle(id, ({ adopt }) => adopt.adopted(name));
      } catch (error) {
        if (!(error instanceof PanesError)) throw error;
        ack();
        if (error.reason === 'no-such-session') return absent(id, session, chatId);
        drop(session);
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
          [{ text: words.adopt.closeYes, data: buttonData(closeStrayButton, { stray: id, sure: true }) }],
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
