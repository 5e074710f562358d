import { button, withButtons } from '../cards/button';
import { renderNotice } from '../cards/render';
import type { QueuedView } from '../outbox/model';
import type { WordsOf } from '../words/words';
import type { HoldReason } from './decide';
import type { Session } from '../sessions/model';
import type { Prompt } from './model';
import { BUTTON } from '../cards/buttons';
import { keys } from '../outbox/keys';

/** What the person sees on a message, in the order it can come. */
export const RECEIPTS = {
  /** It waits behind another one. */
  waits: '😴',
  /** It is typed. */
  typed: '👀',
  /** The agent has it in its queue, behind the turn that runs. */
  queued: '✍',
  /** The agent has it. */
  taken: '👌',
} as const;

/** What telling needs. */
export interface ReceiptsDeps {
  wordsOf: WordsOf;
  /** The chats that are asked about a prompt: its writer's, and those whose messages wait behind it. */
  asked(prompt: Prompt): readonly number[];
  /** The chats of all people. */
  chats: readonly number[];
  /** The name of a person, for the others. */
  nameOf(chatId: number): string;
  put(wanted: QueuedView): void;
  /** Puts a reaction on a message in place of the one before. */
  react(chatId: number, messageId: number, emoji: string): void;
  /** Runs `work` after the running transaction, or at once. */
  afterCommit(work: () => void): void;
  now(): number;
}

/** Tells the person where a message stands on its way into the agent. */
export interface Receipts {
  typed(prompt: Prompt, confirmed: boolean): void;
  /** Part of the transaction in which the agent is seen to have it. */
  confirmed(prompt: Prompt, queued: boolean): void;
  /** The agent has begun with what was in its queue. */
  begun(prompt: Prompt): void;
  /** It waits behind another message. */
  queued(prompt: Prompt): void;
  held(session: Session, prompt: Prompt, why: HoldReason): void;
  failed(session: Session, prompt: Prompt, reason: string): void;
  /** Nobody knows whether the agent has it: the person decides. */
  doubt(prompt: Prompt): void;
}

/** Makes the teller of receipts. */
export function createReceipts(deps: ReceiptsDeps): Receipts {
  const react = ({ chatId, messageId }: Prompt, what: keyof typeof RECEIPTS): void =>
    deps.react(chatId, messageId, RECEIPTS[what]);
  const take = ({ id }: Prompt, name: 'held' | 'uncertain', chats: readonly number[]): void =>
    chats.forEach((chatId) => deps.put({ chatId, key: keys[name](id), view: { parts: [] }, class: 'card' }));

  return {
    typed(prompt, confirmed) {
      take(prompt, 'held', [prompt.chatId]);
      if (!confirmed) react(prompt, 'typed');
    },
    confirmed(prompt, queued) {
      take(prompt, 'uncertain', deps.chats);
      take(prompt, 'held', [prompt.chatId]);
      deps.afterCommit(() => {
        react(prompt, queued ? 'queued' : 'taken');
      });
    },
    begun: (prompt) => react(prompt, 'taken'),
    queued: (prompt) => react(prompt, 'waits'),
    held(session, prompt, why) {
      react(prompt, 'waits');
      const view = renderNotice(deps.wordsOf(prompt.chatId).waits[why](session.name));
      deps.put({
        chatId: prompt.chatId,
        key: keys.held(prompt.id),
        session: prompt.session,
        view,
        class: 'notice',
      });
    },
    failed(session, prompt, reason) {
      const view = renderNotice(deps.wordsOf(prompt.chatId).typingFailed(session.name, reason));
      deps.put({
        chatId: prompt.chatId,
        key: keys.failed(prompt.id, deps.now()),
        session: prompt.session,
        view,
        class: 'notice',
      });
    },
    doubt(prompt) {
      const key = keys.uncertain(prompt.id);
      for (const chatId of deps.asked(prompt)) {
        const words = deps.wordsOf(chatId);
        const text =
          chatId === prompt.chatId
            ? words.uncertain(prompt.text)
            : words.uncertainOf(deps.nameOf(prompt.chatId), prompt.text);
        const view = withButtons(renderNotice(text), [
          [
            button(BUTTON.retype, words.sendAgain, { prompt: prompt.id }),
            button(BUTTON.drop, words.drop, { prompt: prompt.id }),
          ],
        ]);
        deps.put({ chatId, key, session: prompt.session, view, class: 'ask' });
      }
    },
  };
}
