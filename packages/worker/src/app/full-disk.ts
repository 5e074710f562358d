import type { Log } from '@ccbot/shared/log/logger';
import type { BotApi } from '../telegram/api';

/**
 * Tells everybody that the disk is full. Sent around the outbox, which has no room for it either; so it is tried
 * once, and who cannot be reached sees it in `ccbot logs` only. Never throws.
 */
export async function tellOfFullDisk(
  api: BotApi,
  people: readonly number[],
  textOf: (chat: number) => string,
  log: Log,
): Promise<void> {
  for (const chat of people) {
    const sent = await api.call('sendMessage', { chat_id: chat, text: textOf(chat) });
    if (!sent.ok) log('warn', 'somebody could not be told of the full disk', { reason: sent.failure.text });
  }
}

/** After this long, ms, without a write that found no room the disk is full anew; who writes tries every few seconds. */
const QUIET_MS = 60_000;

/** Makes what is called at every write that finds no room: it tells once, and once more when there was room in between. */
export function createFullNotice(now: () => number, tell: () => void): () => void {
  let last = -Infinity;
  return () => {
    const at = now();
    const anew = at - last > QUIET_MS;
    last = at;
    if (anew) tell();
  };
}
