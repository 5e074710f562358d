import { deadline } from '@ccbot/shared/deadline';
import type { MessageStanding } from './model';
import type { OutboxState } from './state';

/** A send that began longer ago than this, ms, has failed, or its view was dropped. */
const SENDING_MS = 10 * 60_000;

/** How long we wait for the answer to a send before a tap is decided without it, ms. */
const PATIENCE_MS = 3_000;

/**
 * What this database knows of one of the bot's messages. A user can tap a button before Telegram's answer to the send is
 * recorded here, so while one is under way this waits for it.
 */
export async function standingOf(
  state: OutboxState,
  chatId: number,
  message: number,
): Promise<MessageStanding> {
  const since = state.deps.clock.now() - SENDING_MS;
  const isOver = deadline(PATIENCE_MS, state.waits.signal);
  for (;;) {
    const { views } = state.deps.disk;
    if (views.messageOf(chatId, message) !== undefined) return 'posted';
    if (!views.isSending(chatId, since)) return 'unknown';
    if (isOver.aborted) return 'sending';
    await nextRecord(state, isOver);
  }
}

function nextRecord({ recorded }: OutboxState, isOver: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = (): void => {
      recorded.delete(finish);
      isOver.removeEventListener('abort', finish);
      resolve();
    };
    recorded.add(finish);
    isOver.addEventListener('abort', finish);
  });
}
