import type { Session } from '../sessions/model';
import { PanesError } from '../terminal/panes';
import type { DeliveryState } from './delivery-state';
import { waitUntilDrawn } from './drawing';
import type { Prompt } from './model';

/**
 * Types a prompt and submits it once the input line shows it, or submits one that the line holds already. False if that
 * failed. A prompt that may not be typed into this session is dropped, and its author is told: decided here, with the text
 * as it will be typed, because an edit may have changed it while it waited.
 */
export async function typePrompt(
  state: DeliveryState,
  session: Session,
  waiting: Prompt,
  how: 'type' | 'submit',
): Promise<boolean> {
  const { queue, input, standings } = state;
  // What the input line holds already stays as it is.
  const prompt = how === 'type' ? queue.refreshed(waiting) : waiting;
  if (!input.mayType(session, prompt)) {
    queue.refuse(prompt);
    return true;
  }
  try {
    if (how === 'type') await input.announce(session, prompt);
    queue.beginTyping(prompt);
    standings.set(prompt.id, 'had');
    if (how === 'type') await input.type(session, prompt);
    else await input.submit(session, prompt);
  } catch (error) {
    standings.delete(prompt.id);
    if (!(error instanceof PanesError)) throw error;
    // The terminal went away meanwhile: the evidence decides when it is back.
    if (error.reason !== 'server-down') await putBack(state, session, prompt, how, error.message);
    return false;
  }
  return how === 'type' ? submitWhenDrawn(state, session, prompt) : submitted(state, prompt);
}

/** If the text is not drawn in time, or joined to another one, it counts as typed by an earlier run. */
async function submitWhenDrawn(state: DeliveryState, session: Session, prompt: Prompt): Promise<boolean> {
  const { input, standings, checked } = state;
  try {
    const drawn = await waitUntilDrawn(state, prompt);
    if (drawn === 'shown') await input.submit(session, prompt);
    if (drawn === 'shown' || drawn === 'blind' || drawn === 'taken') return await submitted(state, prompt);
    state.log('warn', 'typed prompt not drawn', { prompt: prompt.id, drawn });
    standings.delete(prompt.id);
    checked.delete(session.id);
    return drawn !== 'over';
  } catch (error) {
    if (!(error instanceof PanesError)) throw error;
    standings.delete(prompt.id);
    checked.delete(session.id);
    return false;
  }
}

async function submitted(state: DeliveryState, prompt: Prompt): Promise<boolean> {
  const { queue, submission, ending } = state;
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
