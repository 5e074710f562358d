import { keys } from '../outbox/keys';
import type { Outbox } from '../outbox/port';
import type { Store } from '../store/open';
import type { Delivery } from './delivery';
import type { PromptQueue } from './model';

/** The decisions of users about prompts that may not have arrived. */
export interface PromptDecisions {
  /** False if the prompt was decided before, or has been confirmed meanwhile. */
  decide(prompt: number, decision: 'again' | 'dropped'): boolean;
}

export interface PromptDecisionDeps {
  queue: Pick<PromptQueue, 'get' | 'mark'>;
  delivery: Pick<Delivery, 'inHand' | 'decided'>;
  outbox: Pick<Outbox, 'remove'>;
  /** The chats that may show the question. */
  chats: readonly number[];
  store: Pick<Store, 'tx'>;
  now(): number;
}

export function createPromptDecisions(deps: PromptDecisionDeps): PromptDecisions {
  const { queue, delivery, outbox, chats, store, now } = deps;
  return {
    decide(id, decision) {
      const prompt = queue.get(id);
      const isOpen = prompt?.state === 'typing' || prompt?.state === 'typed';
      if (!isOpen || delivery.inHand(id)) return false;
      store.tx(() => {
        queue.mark(id, decision === 'again' ? 'waiting' : 'dropped', now());
        for (const chatId of chats) outbox.remove(chatId, keys.uncertain(id));
      });
      delivery.decided(prompt, decision);
      return true;
    },
  };
}
