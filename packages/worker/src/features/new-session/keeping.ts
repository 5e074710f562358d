import type { KeptListener } from '../../attachments/kept';
import { renderNotice } from '../../cards/render';
import type { Conversation } from '../../chat/command';
import type { KeepIntent } from '../../chat/intents';
import type { People } from '../../chat/people';
import { messageOf } from '../../chat/prompt-commands';
import { outboxKey } from '../../outbox/keys';
import type { Registry } from '../../sessions/registry';
import { askMachine, mustAsk, type AskingDeps } from './asking';
import { closeBrowser, keyOf, showBrowser, showPlace, type BrowserDeps } from './browser';
import { newSessionWords } from './words/words';

/**
 * A message without a session is kept, and the browser opens below it, after the question on which machine: the session that
 * is opened next gets it.
 */
export async function keep(
  deps: BrowserDeps,
  machines: AskingDeps | undefined,
  conversation: Conversation,
  { text }: KeepIntent,
): Promise<void> {
  const { inbound, say, words } = conversation;
  const message = messageOf(inbound, text);
  if (message === undefined) return;
  if (!deps.kept.keep(message)) return say(words.of(newSessionWords).notKept);
  const { chatId } = conversation;
  if (machines !== undefined && deps.places.get(chatId) === null && mustAsk(machines, chatId))
    return askMachine(machines, conversation, undefined, deps.kept.of(chatId)?.count ?? 1);
  await showBrowser(deps, conversation);
}

export async function discardKept(deps: BrowserDeps, conversation: Conversation): Promise<void> {
  const { kept, places, outbox } = deps;
  const { inbound, chatId, thread, ack, words } = conversation;
  const text = words.of(newSessionWords).discarded(kept.discard(chatId));
  ack(text);
  const place = places.get(chatId);
  const tapped = inbound.kind === 'tap' && inbound.messageId !== undefined ? inbound.messageId : undefined;
  const key = tapped === undefined ? undefined : outbox.messageOf(chatId, tapped)?.key;
  if (place !== null) await showPlace(deps, conversation, place);
  if (key !== undefined && (place === null || key !== keyOf(place.request)))
    outbox.put({ chatId, thread, key, view: renderNotice(text), class: 'notice' });
}

/** Tells users what became of their messages. The browser that was opened for them closes. */
export function createKeptListener(
  deps: Pick<BrowserDeps, 'places' | 'outbox' | 'world'>,
  people: Pick<People, 'wordsOf'>,
  registry: Pick<Registry, 'get'>,
): KeptListener {
  const notice = (chatId: number, first: number, text: string) => {
    closeBrowser(deps, chatId);
    return { chatId, key: outboxKey('kept', first), view: renderNotice(text), class: 'notice' } as const;
  };
  return {
    delivered(chatId, session, count, first) {
      const elsewhere = deps.world.cluster?.view.elsewhere().find(({ id }) => id === session);
      const name = registry.get(session)?.name ?? elsewhere?.label ?? session;
      const text = people.wordsOf(chatId).of(newSessionWords).delivered(name, count);
      deps.outbox.put({ ...notice(chatId, first, text), thread: 'session', session });
    },
    expired(chatId, count, first) {
      const text = people.wordsOf(chatId).of(newSessionWords).keptTooLong(count);
      deps.outbox.put({ ...notice(chatId, first, text), thread: 'chat' });
    },
  };
}
