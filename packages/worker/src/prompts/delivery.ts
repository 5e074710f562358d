import { setMaxListeners } from 'node:events';
import { reasonOf } from '@ccbot/shared/faults/fault';
import { isAtWork, isLive, type Session } from '../sessions/model';
import { PanesError, type Keystroke } from '../terminal/panes';
import type { ShadedScreen } from '../terminal/shade';
import { decideDelivery, type DeliveryStep, type Standing } from './decide';
import type { DeliveryBase, DeliveryDeps, DeliveryState } from './delivery-state';
import { checkEarlierRun, unsettledPrompts } from './earlier-run';
import { createEvidence } from './evidence';
import { createQueueHold } from './hold';
import { createKeyReaders } from './key-readers';
import { mayStay, type Prompt } from './model';
import { createSubmission, type SubmissionListener } from './submission';
import { typePrompt } from './type-prompt';

/** How often the input line is cleared at most: a draft taller than the screen then shows its rest. */
const CLEAR_ROUNDS = 5;

/**
 * How long after an agent said that it has a prompt its turn may still not show, ms. An agent may run its hook before it
 * writes its status and its records: on a busy machine, neither showed a turn 0.18 to 0.23 s after a message was sent.
 */
export const TURN_SHOWN_MS = 2_500;

/** Types waiting prompts into their sessions: one at a time in each session, in the order they were written. */
export interface Delivery {
  /** Types what may be typed now. Resolves when nothing more can be typed for now; never rejects. */
  kick(session: string): Promise<void>;
  /** The session's screen was read because it had changed: a prompt that waits for that is tried again. */
  looked(session: string): void;
  /** The terminal was away: what was being typed is compared with the evidence again. */
  reconsider(): void;
  /** The agent has the prompt. */
  confirmed(prompt: Prompt): void;
  /** The user decided about a prompt of unknown fate, which is `waiting` or `dropped` by now. */
  decided(prompt: Prompt, how: 'again' | 'dropped'): void;
  /** Whether this run of the worker types or has typed the prompt: then the user need not decide about it. */
  inHand(prompt: number): boolean;
  /**
   * Whether a prompt is on its way into the session: it is being typed, or was a moment ago and the agent does not show its
   * turn yet.
   */
  isArriving(session: string): boolean;
  /** Resolves when nothing is being typed. */
  idle(): Promise<void>;
  /** The session is over: the authors of its waiting prompts are notified. */
  release(session: string): void;
  stop(): void;
}

/** Types nothing before a `kick`. */
export function createDelivery(deps: DeliveryDeps): Delivery {
  const state = createState(deps);
  const { submission, hold, running, standings } = state;
  return {
    kick: (id) => kick(state, id),
    looked(id) {
      if (hold.holds(id)) void kick(state, id);
    },
    reconsider: () => state.checked.clear(),
    confirmed: (prompt) => confirmed(state, prompt),
    decided(prompt, how) {
      standings.set(prompt.id, how);
      void kick(state, prompt.session);
    },
    inHand: (prompt) => standings.has(prompt),
    isArriving: (id) => isArriving(state, id),
    async idle() {
      do {
        await Promise.all(running.values());
        await submission.over();
      } while (running.size > 0);
    },
    release: (id) => release(state, id),
    stop: () => stop(state),
  };
}

function createState(deps: DeliveryDeps): DeliveryState {
  const { queue, input, receipts, watch, log } = deps;
  const base: DeliveryBase = { ...deps, standings: new Map(), keyReaders: createKeyReaders() };
  const ending = new AbortController();
  // Each session that waits for room on the disk adds a listener: more than ten are no leak.
  setMaxListeners(0, ending.signal);
  return {
    ...base,
    hold: createQueueHold({ queue, input, receipts, attention: watch.attention }),
    submission: createSubmission({ queue, input, listener: submissionListener(base), log }),
    evidence: createEvidence(),
    running: new Map(),
    again: new Set(),
    checked: new Set(),
    accepted: new Map(),
    unseen: new Set(),
    retyped: new Set(),
    isStopped: false,
    ending,
  };
}

function submissionListener(base: DeliveryBase): SubmissionListener {
  const { queue, input, watch, receipts, standings, keyReaders } = base;
  return {
    onPressedAgain: ({ session }) => keyReaders.forget(session),
    onLeft(prompt) {
      // Often nothing else shows that an agent took one of its own commands.
      if (prompt.text.startsWith('/') && queue.isOpen(prompt)) watch.tracker.taken(prompt);
      if (!queue.isOpen(prompt)) standings.delete(prompt.id);
    },
    onStuck(prompt) {
      standings.set(prompt.id, mayStay(prompt.text) ? 'refused' : 'stuck');
      const session = input.liveSession(prompt.session);
      if (session !== undefined) receipts.held(session, prompt, 'unsent');
    },
    onSilence(prompt) {
      const session = input.liveSession(prompt.session);
      // An agent without records never shows it; one that works may still do.
      if (session?.binding === undefined || session.card.phase === 'working') return;
      standings.delete(prompt.id);
      receipts.doubt(prompt);
    },
  };
}

function kick(state: DeliveryState, id: string): Promise<void> {
  const { queue, running, again, ending, log } = state;
  const active = running.get(id);
  if (active !== undefined) {
    again.add(id);
    return active;
  }
  if (state.isStopped) return Promise.resolve();
  const work = queue
    .retryWhileFull(ending.signal, () => typeWaiting(state, id))
    .catch((error: unknown) => log('error', 'typing failed', { session: id, reason: reasonOf(error) }))
    .finally(() => {
      running.delete(id);
      // Kicked after the queue was last read.
      if (again.delete(id)) void kick(state, id);
    });
  running.set(id, work);
  return work;
}

/** Types the session's waiting prompts until none is left, or one must wait. */
async function typeWaiting(state: DeliveryState, id: string): Promise<void> {
  const { queue, input, receipts, hold, submission, again, checked } = state;
  for (let cleared = 0; !state.isStopped;) {
    again.delete(id);
    // In every round: the terminal may have come back meanwhile.
    if (!checked.has(id) && !(await checkEarlierRun(state, id))) {
      if (again.has(id) && !state.isStopped) continue;
      return;
    }
    if (state.isStopped) return;
    const prompt = queue.waiting(id)[0];
    if (prompt === undefined) {
      if (again.has(id)) continue;
      return hold.free(id);
    }
    // While a prompt is on its way out of the input line, the next one would be appended to it.
    await submission.over(id);
    if (state.isStopped) return;
    const { session, screen, trouble } = await input.read(id);
    if (session === undefined || !isLive(session)) return;
    if (trouble !== undefined && session.missing === undefined)
      return receipts.failed(session, prompt, trouble);
    const step = stepFor(state, session, prompt, screen);
    if (step.do === 'recover') {
      checked.delete(id);
      continue;
    }
    if (step.do === 'hold' || (step.do === 'clear' && cleared >= CLEAR_ROUNDS)) {
      hold.hold(id, step.do === 'hold' ? step.why : 'draft');
      if (again.has(id)) continue;
      return;
    }
    if (step.do === 'clear') {
      cleared++;
      if (!(await clearLine(state, session, prompt, step.keys))) return;
      continue;
    }
    cleared = 0;
    if (!(await typePrompt(state, session, prompt, step.do))) return;
  }
}

function stepFor(
  { queue, input, standings }: DeliveryState,
  session: Session,
  prompt: Prompt,
  screen: ShadedScreen,
): DeliveryStep {
  const earlier = queue.earlier(session.id);
  const candidates = standings.get(prompt.id) === 'again' ? [...earlier, prompt] : earlier;
  const line = input.lineOn(screen, session, candidates);
  const held = line.is === 'prompt' ? candidates[line.prompt] : undefined;
  return decideDelivery(session, line, held === undefined ? 'had' : standingOf(standings, held));
}

function standingOf(standings: ReadonlyMap<number, Standing>, { id, state }: Prompt): Standing {
  return standings.get(id) ?? (state === 'typing' || state === 'typed' ? 'unknown' : 'had');
}

/** False if it failed; the prompt, of which nothing was typed, continues to wait. */
async function clearLine(
  { input, receipts }: DeliveryState,
  session: Session,
  prompt: Prompt,
  keys: readonly Keystroke[],
): Promise<boolean> {
  try {
    await input.press(session, keys);
    return true;
  } catch (error) {
    if (!(error instanceof PanesError)) throw error;
    receipts.failed(session, prompt, error.message);
    return false;
  }
}

function isArriving({ input, submission, running, accepted, now }: DeliveryState, id: string): boolean {
  if (running.has(id)) return true;
  const session = input.liveSession(id);
  if (session?.binding === undefined) return false;
  if (submission.awaits(id)) return true;
  const last = accepted.get(id);
  if (last === undefined || last.turn !== session.card.turn) return false;
  const ageMs = now() - last.at;
  return ageMs >= 0 && ageMs < TURN_SHOWN_MS;
}

function confirmed(state: DeliveryState, { id, session }: Prompt): void {
  const { input, submission, standings, evidence, accepted, now } = state;
  const live = input.liveSession(session);
  // A hook, or the screen, may tell of the prompt before the records do.
  if (live !== undefined && !isAtWork(live)) accepted.set(session, { turn: live.card.turn, at: now() });
  submission.confirmed(id);
  if (!submission.watches(session)) standings.delete(id);
  if (unsettledPrompts(state, session).length === 0) evidence.enough(session);
}

function release(state: DeliveryState, id: string): void {
  const { queue, input, receipts, submission, hold, checked, accepted, unseen, evidence, keyReaders } = state;
  submission.release(id);
  accepted.delete(id);
  unseen.delete(id);
  keyReaders.forget(id);
  hold.release(id);
  const session = input.session(id);
  const [first, ...behind] = queue.waiting(id);
  if (session !== undefined && first !== undefined) receipts.held(session, first, 'over');
  for (const prompt of behind) receipts.queued(prompt);
  checked.delete(id);
  evidence.enough(id);
}

function stop(state: DeliveryState): void {
  state.isStopped = true;
  state.ending.abort();
  state.submission.stop();
  state.hold.stop();
  state.evidence.stop();
}
