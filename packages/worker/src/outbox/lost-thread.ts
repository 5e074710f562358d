import { outboxKey } from './keys';
import { NO_THREAD, type Thread } from './model';
import type { OutboxState } from './state';

/**
 * A thread takes no messages any more: what belongs there goes to the chat itself from now on, and the user is told, once
 * for each thread. Part of the running transaction.
 */
export function loseThread(state: OutboxState, chatId: number, thread: Thread): void {
  const { disk, policy, clock, log } = state.deps;
  if (thread === NO_THREAD || !disk.views.lose(chatId, thread, clock.now())) return;
  log('warn', 'thread takes no messages', { chatId, thread });
  const text = policy.wordsOf(chatId).outbox.threadLost;
  const key = outboxKey('thread-lost', thread);
  const view = { parts: [{ text, entities: [] }] };
  // The drain that has found this out sends it next.
  disk.views.put({ chatId, thread: NO_THREAD, key, view, class: 'notice' });
}
