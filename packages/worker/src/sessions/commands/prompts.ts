import type { Wanted } from '../../outbox/wanted';
import { words } from '../../words/en';
import type { Conversation, Handlers } from '../command';
import type { Delivery } from '../delivery';
import type { PromptQueue } from '../prompt';

/** What the commands about prompts need. */
export interface PromptCommandDeps {
  prompts: PromptQueue;
  delivery: Delivery;
  put(wanted: Wanted): void;
  tx<T>(work: () => T): T;
  now(): number;
}

/** What the person writes to an agent, and what becomes of a prompt whose fate nobody knows. */
export function promptCommands(deps: PromptCommandDeps): Handlers<'prompt' | 'retype' | 'drop'> {
  const { prompts, delivery } = deps;

  function decide({ chatId, ack }: Conversation, id: number, again: boolean): void {
    const prompt = prompts.get(id);
    // A second tap, or one on a question that has found its answer meanwhile.
    const open = prompt?.state === 'typing' || prompt?.state === 'typed';
    if (!open || delivery.inHand(prompt.id)) return ack(words.alreadyDecided);
    deps.tx(() => {
      prompts.mark(prompt.id, again ? 'waiting' : 'dropped', deps.now());
      deps.put({ chatId, key: `uncertain:${prompt.id}`, view: { parts: [] }, class: 'card' });
    });
    ack(again ? words.retyping : words.dropped);
    delivery.decided(prompt, again ? 'again' : 'dropped');
  }

  return {
    prompt({ inbound, chatId }, intent) {
      if (inbound.kind !== 'text') return;
      const { updateId, messageId } = inbound;
      prompts.add(
        { id: updateId, session: intent.session, chatId, messageId, text: intent.text },
        deps.now(),
      );
      // Not awaited: the next message of this chat must not wait until this one may be typed.
      void delivery.kick(intent.session);
    },
    retype: (conversation, { prompt }) => decide(conversation, prompt, true),
    drop: (conversation, { prompt }) => decide(conversation, prompt, false),
  };
}
