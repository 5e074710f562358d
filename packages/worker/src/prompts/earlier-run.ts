import { isLive } from '../sessions/model';
import type { DeliveryState } from './delivery-state';
import type { Prompt } from './model';
import { typePrompt } from './type-prompt';

/** Prompts of a session that an earlier run of the worker typed, and whose fate is unknown. */
export function unsettledPrompts(
  { queue, standings }: Pick<DeliveryState, 'queue' | 'standings'>,
  session: string,
): Prompt[] {
  return queue.open(session).filter(({ id }) => !standings.has(id));
}

/**
 * Compares what an earlier run was typing with the evidence, before anything else is typed: first the agent's records,
 * then the input line, where a whole text was not submitted. If there is no evidence, the user is asked.
 */
export async function checkEarlierRun(state: DeliveryState, id: string): Promise<void> {
  const { checked } = state;
  checked.add(id);
  try {
    if (unsettledPrompts(state, id).length > 0 && !(await settle(state, id))) checked.delete(id);
  } catch (error) {
    // A question that could not be stored, on a full disk, must still be asked.
    checked.delete(id);
    throw error;
  }
}

/** False if there is no session to compare with. */
async function settle(state: DeliveryState, id: string): Promise<boolean> {
  const { input, watch, receipts, evidence } = state;
  await watch.follower.caughtUp();
  const { session, screen, trouble } = await input.read(id);
  if (session === undefined || !isLive(session)) return false;
  const newest = unsettledPrompts(state, id).at(-1);
  if (newest !== undefined && trouble === undefined && session.phase === 'ready') {
    const line = input.lineOn(screen, session, [newest]);
    if (line.is === 'prompt' && line.whole) await typePrompt(state, session, newest, 'submit');
  }
  if (unsettledPrompts(state, id).length > 0) await evidence.wait(id);
  if (state.isStopped) return true;
  for (const prompt of unsettledPrompts(state, id)) {
    // An agent without records will never show more of what was typed.
    if (prompt.state === 'typing' || session.binding !== undefined) receipts.doubt(prompt);
  }
  return true;
}
