import { button } from '../../cards/button';
import type { Chooser } from '../../chat/chooser';
import { commands, type CommandTable, type Conversation } from '../../chat/command';
import { PanesError } from '../../terminal/panes';
import { adoptStray, drop, type AdoptionDeps } from './adoption';
import {
  adoptButton,
  closeStrayButton,
  type AdoptIntent,
  type CloseStrayIntent,
  type StraysIntent,
} from './buttons';
import type { Offers } from './offers';
import { adoptWords } from './words/words';

export interface AdoptCommandDeps {
  adoption: AdoptionDeps;
  offers: Offers;
  chooser: Chooser;
}

export function adoptCommands(deps: AdoptCommandDeps): CommandTable {
  return commands<StraysIntent | AdoptIntent | CloseStrayIntent>({
    strays: {
      slash: { names: ['adopt'], read: () => ({ do: 'strays' }) },
      menu: (words) => words.of(adoptWords).menu,
      run: (conversation) => listStrays(deps, conversation),
    },
    adopt: { button: adoptButton, run: (conversation, intent) => adopt(deps, conversation, intent) },
    'close-stray': {
      button: closeStrayButton,
      run: (conversation, intent) => closeStray(deps, conversation, intent),
    },
  });
}

async function listStrays({ offers }: AdoptCommandDeps, conversation: Conversation): Promise<void> {
  const { say, words } = conversation;
  if ((await offers.show(conversation)) === 0) say(words.of(adoptWords).none);
}

async function adopt(
  deps: AdoptCommandDeps,
  conversation: Conversation,
  { stray }: AdoptIntent,
): Promise<void> {
  const { adoption, offers, chooser } = deps;
  const { inbound, chatId, ack, say, words } = conversation;
  const id = inbound.updateId.toString(36);
  const found = await adoption.strays.find(stray);
  if (found === undefined) {
    ack();
    return settleMissing(deps, conversation, stray, id);
  }
  try {
    const { name } = await adoptStray(adoption, found, id, chatId);
    chooser.open(conversation, id);
    ack(words.of(adoptWords).adopt);
    offers.settle(stray, (each) => each.of(adoptWords).adopted(name));
  } catch (error) {
    if (!(error instanceof PanesError)) throw error;
    ack();
    if (error.reason === 'no-such-session') return settleMissing(deps, conversation, stray, id);
    drop(adoption, id);
    say(words.of(adoptWords).notAdopted(error.message));
  }
}

/** The stray is gone, or an earlier tap has made it a session, perhaps before a crash. `id`: the session of this tap. */
async function settleMissing(
  { adoption, offers, chooser }: AdoptCommandDeps,
  where: Pick<Conversation, 'chatId' | 'thread'>,
  stray: string,
  id: string,
): Promise<void> {
  const { registry, strays } = adoption;
  const session = await strays.sessionOf(stray);
  if (session?.id !== id && registry.get(id)?.phase === 'opening') drop(adoption, id);
  if (session === undefined) return settleGone(offers, stray);
  chooser.open(where, session.id);
  offers.settle(stray, (each) => each.of(adoptWords).adopted(session.name));
}

async function closeStray(
  { adoption, offers }: AdoptCommandDeps,
  conversation: Conversation,
  { stray: id, sure }: CloseStrayIntent,
): Promise<void> {
  const { ack, words, say } = conversation;
  const { strays } = adoption;
  ack();
  const found = await strays.find(id);
  if (found === undefined) return settleGone(offers, id);
  const { window, command } = found.stray;
  if (!sure) {
    const text = words.of(adoptWords);
    return say(text.closeSure(window, command), [
      [button(closeStrayButton, text.closeYes, { stray: id, sure: true })],
    ]);
  }
  try {
    await strays.close(id);
    offers.settle(id, (each) => each.of(adoptWords).closed(window));
  } catch (error) {
    if (!(error instanceof PanesError) || error.reason !== 'no-such-session') throw error;
    settleGone(offers, id);
  }
}

function settleGone(offers: Offers, stray: string): void {
  offers.settle(stray, (words) => words.of(adoptWords).gone);
}
