import { footerRequest } from './footer';
import { dueIn, heldUp, type OutboxState } from './state';

/**
 * Brings the rows under the newest messages of a chat one call further, at the chat's pace. Resolves with false when
 * nothing is left to do, or when the network fails: buttons can wait until something else goes to the chat.
 */
export async function syncFooter(state: OutboxState, chatId: number, isBusy: boolean): Promise<boolean> {
  const { deps, footer, meter, waits } = state;
  const call = footer.next(chatId, isBusy);
  if (call === null) return false;
  const waitMs = dueIn(state, chatId, 'tidy');
  if (waitMs > 0) {
    await waits.pause(chatId, waitMs, true);
    return !waits.signal.aborted;
  }
  const { method, payload, timeoutMs } = footerRequest(chatId, call);
  meter.count(chatId, 1, 'tidy', deps.clock.now());
  const result = await deps.api.call(method, payload, { timeoutMs });
  if (result.ok) {
    state.sent++;
    footer.done(chatId, call, false);
    return true;
  }
  const { failure } = result;
  if (failure.kind === 'refused') {
    footer.done(chatId, call, failure.reason === 'message-gone');
    return true;
  }
  deps.log('warn', 'footer not changed', { reason: failure.text });
  const pauseMs = failure.kind === 'not-delivered' ? failure.retryAfterMs : undefined;
  if (pauseMs === undefined) return false;
  heldUp(state, chatId, pauseMs);
  return true;
}
