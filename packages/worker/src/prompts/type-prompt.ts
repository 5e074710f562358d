import type { Session } from '../sessions/model';
import { PanesError } from '../terminal/panes';
import type { DeliveryState } from './delivery-state';
import type { Prompt } from './model';

/**
 * Types a prompt, or submits one that the input line holds already. False if that failed. A prompt that may not be typed
 * into this session is dropped, and its author is told: decided here, with the text as it will be typed, because an edit
 * may have changed it while it waited.
 */
export async function typePrompt(
  state: DeliveryState,
  session: Session,
  waiting: Prompt,
  how: 'type' | 'submit',
): Promise<boolean> {
  const { queue, input, submission, standings, ending } = state;
  // What the input line holds already stays as it is.
  const prompt = how === 'type' ? queue.refreshed(waiting) : waiting;
  if (!input.mayType(session, prompt)) {
    queue.refuse(prompt);
    return true;
  }
  queue.beginTyping(prompt);
  standings.set(prompt.id, 'had');
  try {
    if (how === 'type') await input.type(session, prompt);
    else await input.submit(session);
  } catch (error) {
    standings.delete(prompt.id);
    if (!(error instanceof PanesError)) throw error;
    // The terminal went away meanwhile: the evidence decides when it is back.
    if (error.reason !== 'server-down') await putBack(state, session, prompt, how, error.message);
    return false;
  }
  submission.watch(prompt);
  // It was typed. Only the record is retried, so a full disk never types it twice.
  await queue.retryWhileFull(ending.signal, () => recordTyped(state, prompt));
  return true;
}

/** Nothing was typed, so it may be typed again. */
async function putBack(
  { queue, receipts, ending }: DeliveryState,
  session: Session,
  prompt: Prompt,
  how: 'type' | 'submit',
  reason: string,
): Promise<void> {
  await queue.retryWhileFull(ending.signal, () => {
    if (how === 'type') queue.putBack(prompt);
    receipts.failed(session, prompt, reason);
  });
}

function recordTyped({ queue, receipts, watch }: DeliveryState, prompt: Prompt): void {
  const isConfirmed = queue.recordTyped(prompt);
  receipts.typed(prompt, isConfirmed);
  watch.watcher.typed(prompt);
}
