import { pause } from '@ccbot/shared/pause';
import { core } from '../agents/core';
import { isLive, type Session } from '../sessions/model';
import { PanesError } from '../terminal/panes';
import { typeable } from '../terminal/sanitize';
import type { ShadedScreen } from '../terminal/shade';
import { holdOf } from './decide';
import type { DeliveryState } from './delivery-state';
import { DRAWN_MS } from './drawing';
import type { Prompt } from './model';
import { decideRecovery, type RecoveryStep } from './recovery';
import { stageOf } from './typing-mark';
import { typePrompt } from './type-prompt';

/** How often the input line is read while a typed text is not drawn yet, ms. */
const LOOK_MS = 200;

/** Prompts of a session that were typed, or may have been, and whose fate is unknown in this run. */
export function unsettledPrompts(
  { queue, standings }: Pick<DeliveryState, 'queue' | 'standings'>,
  session: string,
): Prompt[] {
  return queue.open(session).filter(({ id }) => !standings.has(id));
}

/**
 * Settles what an earlier run was typing before anything else is typed, so that the order stays: by the agent's records,
 * the mark of the window and the input line. Only where these say nothing, the user is asked. False: the prompts of the
 * session must wait.
 */
export async function checkEarlierRun(state: DeliveryState, id: string): Promise<boolean> {
  const { checked } = state;
  checked.add(id);
  let isSettled = false;
  try {
    isSettled = unsettledPrompts(state, id).length === 0 || (await settle(state, id));
  } finally {
    // Also when a question could not be stored, on a full disk: it must still be asked.
    if (!isSettled) checked.delete(id);
  }
  return isSettled;
}

async function settle(state: DeliveryState, id: string): Promise<boolean> {
  const { input, watch, hold } = state;
  await watch.follower.caughtUp();
  for (let waited = 0; !state.isStopped; waited += LOOK_MS) {
    const { session, screen, trouble } = await input.read(id);
    if (session === undefined || !isLive(session)) return false;
    const unsettled = unsettledPrompts(state, id);
    const newest = unsettled.at(-1);
    if (newest === undefined) return true;
    const why = holdOf(session);
    if (why !== null || trouble !== undefined) {
      // Without a screen nothing can be said of the line.
      hold.hold(id, why ?? 'hidden');
      return false;
    }
    const prompt = promptInLine(state, session, screen, unsettled) ?? newest;
    const step = decideRecovery({
      prompt: prompt.id,
      stage: stageOf(await input.markOf(id), prompt),
      line: input.lineOn(screen, session, [prompt]),
      text: core(typeable(prompt.text)),
      typed: unsettled.flatMap((each) => input.draftsOf(session, each)),
    });
    if (step.do !== 'wait') return takeStep(state, session, prompt, step);
    // Never drawn: the agent threw it away as it started, or does not show what is typed.
    if (waited >= DRAWN_MS)
      return (await typePrompt(state, session, prompt, 'submit-unseen')) && settle(state, id);
    await pause(LOOK_MS, state.ending.signal);
  }
  return false;
}

function promptInLine(
  { input }: DeliveryState,
  session: Session,
  screen: ShadedScreen,
  unsettled: readonly Prompt[],
): Prompt | undefined {
  const line = input.lineOn(screen, session, unsettled);
  return line.is === 'prompt' ? unsettled[line.prompt] : undefined;
}

/** False: the prompts of the session must wait. */
async function takeStep(
  state: DeliveryState,
  session: Session,
  prompt: Prompt,
  step: Exclude<RecoveryStep, { do: 'wait' }>,
): Promise<boolean> {
  const { queue, hold, submission, standings } = state;
  switch (step.do) {
    case 'hold':
      hold.hold(session.id, step.why);
      return false;
    case 'ask':
      await ask(state, session);
      return true;
    case 'again':
      queue.putBack(prompt);
      break;
    case 'left':
      standings.set(prompt.id, 'had');
      submission.left(prompt);
      break;
    case 'submit':
      if (!(await typePrompt(state, session, prompt, 'submit'))) return false;
      break;
    case 'clear':
      if (!(await clear(state, session, step))) return false;
  }
  return unsettledPrompts(state, session.id).length === 0 || settle(state, session.id);
}

/** Deletes what the line holds, which the agent does not have. False if that failed. */
async function clear(
  { input, queue, standings }: DeliveryState,
  session: Session,
  { prompts, keys }: Extract<RecoveryStep, { do: 'clear' }>,
): Promise<boolean> {
  try {
    await input.press(session, keys);
  } catch (error) {
    if (!(error instanceof PanesError)) throw error;
    return false;
  }
  for (const prompt of queue.open(session.id)) {
    if (!prompts.includes(prompt.id)) continue;
    queue.putBack(prompt);
    // Of a line taller than its screen a part is left, which is deleted before it is typed.
    standings.set(prompt.id, 'again');
  }
  return true;
}

/** Waits a moment for the agent's records, and asks the user. */
async function ask(state: DeliveryState, { id, binding }: Session): Promise<void> {
  const { receipts, evidence } = state;
  await evidence.wait(id);
  if (state.isStopped) return;
  for (const prompt of unsettledPrompts(state, id)) {
    // An agent without records will never show more of what was typed.
    if (prompt.state === 'typing' || binding !== undefined) receipts.doubt(prompt);
  }
}
