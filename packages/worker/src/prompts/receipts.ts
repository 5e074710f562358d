import type { Board, BoardPeople } from '../board/model';
import { button, withButtons } from '../cards/button';
import { BUTTON } from '../cards/buttons';
import { renderNotice } from '../cards/render';
import type { View } from '../cards/view';
import { keys } from '../outbox/keys';
import type { Outbox } from '../outbox/outbox';
import type { Session } from '../sessions/model';
import type { Registry } from '../sessions/registry';
import type { Store } from '../store/open';
import type { Words } from '../words/words';
import type { HoldReason } from './decide';
import type { Prompt } from './model';

/** The reactions on a user's message, in the order in which they can come. */
export const RECEIPTS = {
  /** It waits behind another prompt. */
  waits: '😴',
  /** It was typed. */
  typed: '👀',
  /** The agent has it in its own queue, behind the running turn. */
  queued: '✍',
  /** The agent has it. */
  taken: '👌',
} as const;

export interface ReceiptsDeps {
  people: Pick<BoardPeople, 'chats' | 'wordsOf' | 'nameOf'>;
  board: Pick<Board, 'responders'>;
  registry: Pick<Registry, 'get'>;
  outbox: Pick<Outbox, 'put' | 'remove' | 'hint'>;
  store: Pick<Store, 'afterCommit'>;
  now(): number;
}

/** Shows the author of a prompt how far it is on its way into the agent. */
export interface Receipts {
  /** It was typed; `isConfirmed`: the agent has confirmed it already. */
  typed(prompt: Prompt, isConfirmed: boolean): void;
  /** Part of the transaction that records it; `isQueued`: it waits behind the running turn. */
  confirmed(prompt: Prompt, isQueued: boolean): void;
  /** A prompt that was confirmed as taken waits in the agent's own queue. */
  enqueued(prompt: Prompt): void;
  /** The agent has begun with a prompt from its own queue. */
  begun(prompt: Prompt): void;
  /** It waits behind another prompt. */
  queued(prompt: Prompt): void;
  held(session: Session, prompt: Prompt, why: HoldReason): void;
  failed(session: Session, prompt: Prompt, reason: string): void;
  /** Nobody knows whether the agent has it: asks the users involved. */
  doubt(prompt: Prompt): void;
}

export function createReceipts(deps: ReceiptsDeps): Receipts {
  return {
    typed(prompt, isConfirmed) {
      removeHeld(deps, prompt);
      if (!isConfirmed) react(deps, prompt, 'typed');
    },
    confirmed(prompt, isQueued) {
      for (const chatId of deps.people.chats) deps.outbox.remove(chatId, keys.uncertain(prompt.id));
      removeHeld(deps, prompt);
      deps.store.afterCommit(() => react(deps, prompt, isQueued ? 'queued' : 'taken'));
    },
    enqueued: (prompt) => react(deps, prompt, 'queued'),
    begun: (prompt) => react(deps, prompt, 'taken'),
    queued: (prompt) => react(deps, prompt, 'waits'),
    held: (session, prompt, why) => held(deps, session, prompt, why),
    failed: (session, prompt, reason) => failed(deps, session, prompt, reason),
    doubt: (prompt) => ask(deps, prompt),
  };
}

function react(
  { outbox }: ReceiptsDeps,
  { chatId, messageId }: Prompt,
  receipt: keyof typeof RECEIPTS,
): void {
  const reaction = [{ type: 'emoji', emoji: RECEIPTS[receipt] }];
  outbox.hint('setMessageReaction', { chat_id: chatId, message_id: messageId, reaction });
}

function removeHeld({ outbox }: ReceiptsDeps, { id, chatId }: Prompt): void {
  outbox.remove(chatId, keys.held(id));
}

function held(deps: ReceiptsDeps, { name }: Session, prompt: Prompt, why: HoldReason): void {
  const { people, outbox } = deps;
  const { id, chatId, session } = prompt;
  react(deps, prompt, 'waits');
  const view = renderNotice(people.wordsOf(chatId).waits[why](name));
  outbox.put({ chatId, thread: 'session', key: keys.held(id), session, view, class: 'notice' });
}

function failed(
  { people, outbox, now }: ReceiptsDeps,
  { name }: Session,
  { id, chatId, session }: Prompt,
  reason: string,
): void {
  const view = renderNotice(people.wordsOf(chatId).typingFailed(name, reason));
  outbox.put({ chatId, thread: 'session', key: keys.failed(id, now()), session, view, class: 'notice' });
}

function ask(deps: ReceiptsDeps, prompt: Prompt): void {
  const { people, outbox } = deps;
  const { id, session } = prompt;
  for (const chatId of involvedChats(deps, prompt)) {
    const words = people.wordsOf(chatId);
    const author = chatId === prompt.chatId ? undefined : people.nameOf(prompt.chatId);
    const view = doubtView(prompt, author, words);
    outbox.put({ chatId, thread: 'session', key: keys.uncertain(id), session, view, class: 'ask' });
  }
}

/** The author's chat, and those whose prompts wait behind it. */
function involvedChats({ board, registry }: ReceiptsDeps, { session: id, chatId }: Prompt): Set<number> {
  const session = registry.get(id);
  return new Set([chatId, ...(session === undefined ? [] : board.responders(session))]);
}

/** `author`: the name of the author, if that is not the reader. */
function doubtView({ id, text }: Prompt, author: string | undefined, words: Words): View {
  const question = author === undefined ? words.uncertain(text) : words.uncertainOf(author, text);
  return withButtons(renderNotice(question), [
    [button(BUTTON.retype, words.sendAgain, { prompt: id }), button(BUTTON.drop, words.drop, { prompt: id })],
  ]);
}
