import type { BotApi } from '../telegram/api';
import { footerRequest, type Footer } from './footer';
import type { Meter } from './meter';
import type { OutboxDeps } from './port';
import type { Waits } from './waits';

/** What changing buttons needs. */
export interface FooterSyncDeps extends Pick<OutboxDeps, 'now' | 'log' | 'views'> {
  foot: Footer;
  api: BotApi;
  meter: Meter;
  waits: Waits;
  /** How long a call in a chat has to wait, ms. */
  dueIn(chatId: number): number;
  onSent(): void;
}

/**
 * Brings the rows under the newest message of a chat a step further, at the chat's pace; resolves with false when
 * nothing is left to do, or when it is left to the next time that something goes to the chat: without a network
 * buttons are the least of it.
 */
export function createFooterSync(deps: FooterSyncDeps): (chatId: number) => Promise<boolean> {
  const { foot, meter, waits, views } = deps;
  return async (chatId) => {
    const call = foot.next(chatId);
    if (call === null) return false;
    const waitMs = deps.dueIn(chatId);
    if (waitMs > 0) {
      await waits.pause(chatId, waitMs, true);
      return !waits.signal.aborted;
    }
    const { method, payload, timeoutMs } = footerRequest(chatId, call);
    const at = deps.now();
    meter.count(chatId, 1, 'message', at);
    const result = await deps.api.call(method, payload, { timeoutMs });
    if (result.ok) {
      deps.onSent();
      foot.done(chatId, call, false);
      return true;
    }
    const { failure } = result;
    if (failure.kind === 'refused') {
      foot.done(chatId, call, failure.reason === 'message-gone');
      return true;
    }
    deps.log('warn', 'the buttons of a message could not be changed', { reason: failure.text });
    const pauseMs = failure.kind === 'not-delivered' ? failure.retryAfterMs : undefined;
    if (pauseMs === undefined) return false;
    views.pause(chatId, deps.now(), pauseMs, false);
    return true;
  };
}
