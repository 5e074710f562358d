import type { Handover } from '../attachments/intake';
import type { QueuedView } from '../outbox/model';
import type { Conversation, Handlers } from '../chat/command';
import type { Delivery } from './delivery';
import type { PromptQueue } from './model';
import { keys } from '../outbox/keys';

/** What the commands about prompts need. */
export interface PromptCommandDeps {
  prompts: PromptQueue;
  delivery: Delivery;
  /** Brings what the person wrote into the queue of the session. */
  handover: Pick<Handover, 'hand' | 'edit'>;
  /** The chats of all people: whoever was asked about a prompt. */
  chats: readonly number[];
  put(wanted: QueuedView): void;
  tx<T>(work: () => T): T;
  now(): number;
}

/** What the person writes to an agent, and what becomes of a prompt whose fate nobody knows. */
export function promptCommands(deps: PromptCommandDeps): Handlers<'prompt' | 'edit' | 'retype' | 'drop'> {
  const { prompts, delivery, handover } = deps;

  function decide({ ack, words }: Conversation, id: number, again: boolean): void {
    const prompt = prompts.get(id);
    // A second tap, or one on a question that has found its answer meanwhile.
    const open = prompt?.state === 'typing' || prompt?.state === 'typed';
    if (!open || delivery.inHand(prompt.id)) return ack(words.alreadyDecided);
    deps.tx(() => {
      prompts.mark(prompt.id, again ? 'waiting' : 'dropped', deps.now());
      for (const chatId of deps.chats)
        deps.put({ chatId, key: keys.uncertain(prompt.id), view: { parts: [] }, class: 'card' });
    });
    ack(again ? words.retyping : words.dropped);
    delivery.decided(prompt, again ? 'again' : 'dropped');
  }

  return {
    prompt({ inbound, chatId }, { session, text }) {
      if (inbound.kind !== 'text' && inbound.kind !== 'attachment') return;
      const { updateId: id, messageId, language } = inbound;
      // A command of the chat may have passed on only a part of the words.
      const parts =
        inbound.text === text ? inbound.parts : inbound.parts.slice(0, 1).map((p) => ({ ...p, text }));
      // Nothing is awaited: the next message of this chat must not wait until this one may be typed.
      handover.hand({
        id,
        chatId,
        session,
        messageId,
        parts,
        ...(language === undefined ? {} : { language }),
      });
    },
    edit: ({ chatId }, { message, text }) => handover.edit(chatId, message, text),
    retype: (conversation, { prompt }) => decide(conversation, prompt, true),
    drop: (conversation, { prompt }) => decide(conversation, prompt, false),
  };
}
