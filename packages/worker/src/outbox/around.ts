import type { Rich } from '../cards/view';
import type { ApiResult, BotApi, CallOptions } from '../telegram/api';
import { NO_THREAD, type Thread } from './model';
import { inThread } from './request';

/**
 * Sends one message around the outbox, for what must go out although nothing can be stored, or through another server. A
 * thread that takes no messages is left for the chat itself.
 */
export async function sendAround(
  api: Pick<BotApi, 'call'>,
  { chatId, thread }: { chatId: number; thread: Thread },
  { text, entities }: Rich,
  options?: CallOptions,
): Promise<ApiResult<unknown>> {
  const payload = { chat_id: chatId, text, entities };
  const sent = await api.call('sendMessage', { ...payload, ...inThread(thread) }, options);
  const isThreadGone = !sent.ok && sent.failure.kind === 'refused' && sent.failure.reason === 'thread-gone';
  return isThreadGone && thread !== NO_THREAD ? api.call('sendMessage', payload, options) : sent;
}
