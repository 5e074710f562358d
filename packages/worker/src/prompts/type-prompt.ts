import { pause } from '@ccbot/shared/pause';
import type { Session } from '../sessions/model';
import { PanesError } from '../terminal/panes';
import { isAtRest } from './decide';
import type { DeliveryState } from './delivery-state';
import { waitUntilDrawn } from './drawing';
import type { Prompt } from './model';

/**
 * Types a prompt and submits it once the input line shows it, immediately where that is safe; or submits one that the line
 * holds already, or perhaps holds without showing it. False if that failed. A prompt that may not be typed into this session
 * is dropped, and its author is told: decided here, with the text as it will be typed, because an edit may have changed it
 * while it waited.
 */
export async function typePrompt(
  state: DeliveryState,
  session: Session,
  waiting: Prompt,
  how: 'type' | 'submit' | 'submit-unseen',
): Promise<boolean> {
  const { queue, input, standings } = state;
  // What the input line holds already stays as it is.
  const prompt = how === 'type' ? queue.refreshed(waiting) : waiting;
  if (!input.mayType(session, prompt)) {
    queue.refuse(prompt);
    return true;
  }
  let withEnter: boolean;
  try {
    if (how === 'type') await input.announce(session, prompt);
    queue.beginTyping(prompt);
    standings.set(prompt.id, 'had');
    withEnter = how === 'type' && mayPressEnterNow(state, prompt);
    if (how === 'type') await input.type(session, prompt, withEnter);
    else if (how === 'submit') await input.submit(session, prompt);
    else return await submitUnseen(state, session, prompt);
  } catch (error) {
    standings.delete(prompt.id);
    if (!(error instanceof PanesError)) throw error;
    // The terminal went away meanwhile: the evidence decides when it is back.
    if (error.reason !== 'server-down') await putBack(state, session, prompt, how, error.message);
    return false;
  }
  if (how === 'type' && !withEnter) return submitWhenDrawn(state, session, prompt);
  return submitted(state, prompt, !withEnter);
}

/** Whether Enter may follow the text in the same sequence, before the input line shows it. */
function mayPressEnterNow({ input, keyReaders, unseen }: DeliveryState, prompt: Prompt): boolean {
  const session = input.liveSession(prompt.session);
  if (session === undefined || unseen.has(session.id)) return false;
  return keyReaders.has(session) && isAtRest(session) && input.takesImmediateEnter(session, prompt);
}

/** If the text is not drawn in time, or joined to another one, it counts as typed by an earlier run. */
async function submitWhenDrawn(state: DeliveryState, session: Session, prompt: Prompt): Promise<boolean> {
  const { input, standings, checked, unseen, keyReaders } = state;
  try {
    const drawn = await waitUntilDrawn(state, prompt);
    if (drawn === 'unseen') return await submitUnseen(state, session, prompt);
    if (drawn === 'shown') {
      unseen.delete(session.id);
      keyReaders.add(session);
      await input.submit(session, prompt);
    }
    if (drawn === 'shown' || drawn === 'blind' || drawn === 'taken')
      return await submitted(state, prompt, true);
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

/** How long to wait for a sign of a prompt that was submitted unseen, ms: shorter than until the user is asked. */
const SIGN_MS = 12_000;

/** The waits between two checks for such a sign, ms. */
const SIGN_CHECK_MS = 20;

/**
 * Presses Enter although the line does not show the text. The next prompt waits for a sign of this one. Without one, the
 * agent threw the text away as it started: it is typed once more.
 */
async function submitUnseen(state: DeliveryState, session: Session, prompt: Prompt): Promise<boolean> {
  const { queue, input, submission, standings, unseen, retyped, ending, log } = state;
  await input.submit(session, prompt);
  await submitted(state, prompt, true);
  if (session.binding === undefined) return true; // an agent without records gives no sign
  for (let waited = 0; queue.isOpen(prompt) && waited < SIGN_MS; waited += SIGN_CHECK_MS) {
    await pause(SIGN_CHECK_MS, ending.signal);
    if (ending.signal.aborted) return false;
  }
  if (!queue.isOpen(prompt)) {
    unseen.add(session.id);
    return true;
  }
  const line = await input.lineWith(prompt);
  if (line?.is !== 'empty' || retyped.has(prompt.id)) return true; // it is on its way, or the user is asked
  log('warn', 'no sign of a prompt submitted unseen, typing it again', { prompt: prompt.id });
  retyped.add(prompt.id);
  submission.withdraw(prompt.id);
  standings.delete(prompt.id);
  queue.putBack(prompt);
  return true;
}

async function submitted(state: DeliveryState, prompt: Prompt, wasShown: boolean): Promise<boolean> {
  const { queue, input, submission, keyReaders, ending } = state;
  const session = input.liveSession(prompt.session);
  if (session !== undefined) keyReaders.submitted(session);
  submission.watch(prompt, wasShown);
  // It was typed. Only the record is retried, so a full disk never types it twice.
  await queue.retryWhileFull(ending.signal, () => recordTyped(state, prompt));
  return true;
}

/** Nothing was typed, so it may be typed again. */
async function putBack(
  { queue, receipts, ending }: DeliveryState,
  session: Session,
  prompt: Prompt,
  how: 'type' | 'submit' | 'submit-unseen',
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
