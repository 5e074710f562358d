import { pause } from '@ccbot/shared/pause';
import { renderNotice } from '../../cards/render';
import { sendAround } from '../../outbox/around';
import type { Thread } from '../../outbox/model';
import type { BotApi } from '../../telegram/api';
import type { SendThrough } from './access';

/** The time limit for a call, and how often and when it is tried again while the server cannot be reached, ms. */
const TIMEOUT_MS = 10_000;
const RETRY_MS = 5_000;
const TRIES = 3;

export interface PreviousServerDeps {
  apiAt(apiRoot: string): Promise<BotApi>;
  /** Where the user last wrote. */
  threadOf(chatId: number): Thread;
}

/** Sends a message through a server that is no longer the one of the settings, around the outbox. */
export function sendThroughServer(
  { apiAt, threadOf }: PreviousServerDeps,
  signal: AbortSignal,
  retryMs = RETRY_MS,
): SendThrough {
  return async (apiRoot, chatId, markdown) => {
    const api = await apiAt(apiRoot);
    const [part] = renderNotice(markdown).parts;
    if (part === undefined) return true;
    for (let tries = 1; ; tries++) {
      const sent = await sendAround(api, { chatId, thread: threadOf(chatId) }, part, {
        timeoutMs: TIMEOUT_MS,
        signal,
      });
      if (sent.ok) return true;
      if (sent.failure.kind === 'refused' || tries >= TRIES) return false;
      await pause(retryMs, signal);
      if (signal.aborted) return false;
    }
  };
}
