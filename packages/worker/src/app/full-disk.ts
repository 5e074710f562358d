import type { LogFn } from '@ccbot/shared/log/logger';
import type { Rich } from '../cards/view';
import { sendAround } from '../outbox/around';
import type { Thread } from '../outbox/model';
import type { BotApi } from '../telegram/api';

/**
 * Tells every user that the disk is full. Sent around the outbox, which has no room for it either, and tried once: a
 * user who cannot be reached finds it in `ccbot logs` only. Never throws.
 */
export async function tellOfFullDisk(
  api: BotApi,
  chats: readonly { chatId: number; thread: Thread }[],
  textOf: (chat: number) => Rich,
  log: LogFn,
): Promise<void> {
  for (const chat of chats) {
    const sent = await sendAround(api, chat, textOf(chat.chatId));
    if (!sent.ok) log('warn', 'full disk not reported to a user', { reason: sent.failure.text });
  }
}

/** Writers retry every few seconds: after this long, ms, without a failed write the disk had room in between. */
const QUIET_MS = 60_000;

/** Answers a function to call at every write that finds no room; it calls `tell` once for each time the disk fills up. */
export function createFullNotice(now: () => number, tell: () => void): () => void {
  let last = -Infinity;
  return () => {
    const at = now();
    const isNewEpisode = at - last > QUIET_MS;
    last = at;
    if (isNewEpisode) tell();
  };
}
