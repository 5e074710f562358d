import type { LogFn } from '@ccbot/shared/log/logger';
import { renderNotice } from '../../cards/render';
import type { People } from '../../chat/people';
import { outboxKey } from '../../outbox/keys';
import type { Outbox } from '../../outbox/outbox';
import type { BotApi } from '../../telegram/api';
import { loginWords } from './words/words';

/** How often we try to delete a message, and how long we wait in between, ms. */
const TRIES = 5;
const RETRY_DELAY_MS = 3_000;

export interface CodeDeletionDeps {
  api: Pick<BotApi, 'call'>;
  people: Pick<People, 'wordsOf'>;
  outbox: Pick<Outbox, 'put'>;
  log: LogFn;
}

/** Deletes a message with a login code from the chat. If that fails for good, the user is asked to delete it. */
export async function deleteCodeMessage(
  { api, people, outbox, log }: CodeDeletionDeps,
  chatId: number,
  message: number,
): Promise<void> {
  for (let tries = 0; tries < TRIES; tries++) {
    if (tries > 0) await new Promise((resolve) => setTimeout(resolve, RETRY_DELAY_MS).unref());
    const result = await api.call('deleteMessage', { chat_id: chatId, message_id: message });
    if (result.ok) return;
    log('warn', 'message with login code not deleted', { reason: result.failure.text });
    if (result.failure.kind !== 'refused') continue;
    if (result.failure.reason === 'message-gone') return;
    break;
  }
  outbox.put({
    chatId,
    thread: 'chat',
    key: outboxKey('erase', message),
    view: renderNotice(people.wordsOf(chatId).of(loginWords).notDeleted),
    class: 'notice',
  });
}
