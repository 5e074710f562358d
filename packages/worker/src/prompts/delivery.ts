import { setMaxListeners } from 'node:events';
import type { InputLine } from '../agents/agent';
import { PanesError, type Keystroke } from '../terminal/panes';
import { typeable } from '../terminal/sanitize';
import { readShades, type ShadedScreen } from '../terminal/shade';
import { decideDelivery, type Standing } from './decide';
import type { Delivery, DeliveryDeps } from './delivery-port';
import { createEvidence } from './evidence';
import { createQueueHold } from './hold';
import { isLive, type Session } from '../sessions/model';
import { mayStay, type Prompt } from './model';
import { createSubmission } from './submission';

export type { Delivery, DeliveryDeps } from './delivery-port';

/** How many earlier prompts are looked for in the input line. */
const EARLIER = 5;

/** How often the input line is cleared at the most: a draft taller than the screen shows its rest then. */
const CLEAR_ROUNDS = 5;

/** Makes the delivery over the queue on disk; nothing is typed before a `kick`. */
export function createDelivery(deps: DeliveryDeps): Delivery {
  const { prompts } = deps;
  const running = new Map<string, Promise<void>>();
  const again = new Set<string>();
  /** Sessions whose prompts of earlier runs have been held against the evidence. */
  const settled = new Set<string>();
  const evidence = createEvidence();
  /** What is known of prompts that were typed, or decided about, in this run. */
  const known = new Map<number, Standing>();
  let stopped = false;
  const ending = new AbortController();
  // One listener for each session that waits for room on the disk: more than ten are no leak.
  setMaxListeners(0, ending.signal);

  const open = (session: string): Prompt[] => prompts.ofSession(session, ['typing', 'typed']);
  const isOpen = ({ id }: Prompt): boolean => ['typing', 'typed'].includes(prompts.get(id)?.state ?? '');
  const unsettled = (session: string): Prompt[] => open(session).filter(({ id }) => !known.has(id));
  const liveSession = (id: string): Session | undefined => {
    const session = deps.session(id);
    return session !== undefined && isLive(session) ? session : undefined;
  };

  const holding = createQueueHold({
    waiting: (id) => prompts.ofSession(id, ['waiting']),
    attend: (id, on) => deps.attend(id, on),
    onHeld(prompt, why) {
      const session = liveSession(prompt.session);
      if (session !== undefined) deps.onHeld(session, prompt, why);
    },
    onQueued: (prompt) => deps.onQueued(prompt),
  });

  const submission = createSubmission({
    confirmed: (prompt) => !isOpen(prompt),
    async stands(prompt) {
      const session = liveSession(prompt.session);
      if (session === undefined) return false;
      if (session.surface === 'screen') return null; // whatever runs there, the next text is another line of it
      const { lines } = await deps.panes.capture(session.id);
      return lineOf(session, [prompt], readShades(lines)).is === 'prompt';
    },
    async press(prompt) {
      const session = liveSession(prompt.session);
      if (session !== undefined) await deps.panes.type(session.id, deps.agentOf(session).submitting());
    },
    onLeft(prompt) {
      if (prompt.text.startsWith('/') && isOpen(prompt)) deps.onTaken(prompt);
      if (!isOpen(prompt)) known.delete(prompt.id);
    },
    onStuck(prompt) {
      known.set(prompt.id, mayStay(prompt.text) ? 'refused' : 'stuck');
      const session = liveSession(prompt.session);
      if (session !== undefined) deps.onHeld(session, prompt, 'unsent');
    },
    onSilence(prompt) {
      const session = liveSession(prompt.session);
      // Nothing to be heard from an agent that keeps no records; and of one that works it may still come.
      if (session?.binding === undefined || session.card.phase === 'working') return;
      known.delete(prompt.id);
      deps.onDoubt(prompt);
    },
    log: (level, text, meta) => deps.log(level, text, meta),
  });

  function lineOf(session: Session, of: readonly Prompt[], screen: ShadedScreen): InputLine {
    const texts = of.map(({ text }) => typeable(text));
    return deps.agentOf(session).inputLine(screen, texts);
  }

  async function run(id: string): Promise<void> {
    for (let cleared = 0; !stopped;) {
      again.delete(id);
      // Here, not before: the terminal may have come back while this was under way.
      if (!settled.has(id)) await settle(id);
      if (stopped) return;
      const prompt = prompts.ofSession(id, ['waiting'])[0];
      if (prompt === undefined) {
        if (again.has(id)) continue;
        return holding.free(id);
      }
      // While one is on its way out of the input line the next one would be appended to it.
      await submission.over(id);
      if (stopped) return;
      const { session, screen, trouble } = await deps.look(id);
      if (session === undefined || !isLive(session)) return;
      if (trouble !== undefined) return deps.onFailed(session, prompt, trouble);
      const step = stepFor(session, prompt, screen);
      if (step.do === 'hold' || (step.do === 'clear' && cleared >= CLEAR_ROUNDS)) {
        holding.hold(id, step.do === 'hold' ? step.why : 'draft');
        if (again.has(id)) continue;
        return;
      }
      if (step.do === 'clear') {
        cleared++;
        if (!(await press(session, prompt, step.keys))) return;
        continue;
      }
      cleared = 0;
      if (!(await typeIn(session, prompt, step.do))) return;
    }
  }

  function stepFor(
    session: Session,
    prompt: Prompt,
    screen: ShadedScreen,
  ): ReturnType<typeof decideDelivery> {
    const earlier = prompts
      .ofSession(session.id, ['typing', 'typed', 'confirmed', 'dropped'])
      .slice(-EARLIER);
    const candidates = known.get(prompt.id) === 'again' ? [...earlier, prompt] : earlier;
    const line = lineOf(session, candidates, screen);
    const there = line.is === 'prompt' ? candidates[line.prompt] : undefined;
    return decideDelivery(session, line, there === undefined ? 'had' : standingOf(there));
  }

  function standingOf({ id, state }: Prompt): Standing {
    return known.get(id) ?? (state === 'typing' || state === 'typed' ? 'unknown' : 'had');
  }

  /**
   * Holds what an earlier run was typing against the evidence, before anything else is typed: the agent's records; then
   * the input line, where a text that stands whole was not submitted. Where there is none, the person is asked.
   */
  async function settle(id: string): Promise<void> {
    settled.add(id);
    try {
      if (unsettled(id).length > 0 && !(await settleOpen(id))) settled.delete(id);
    } catch (error) {
      // A question that could not be written down, on a full disk, is still to be asked.
      settled.delete(id);
      throw error;
    }
  }

  /** False when there is no session to hold it against. */
  async function settleOpen(id: string): Promise<boolean> {
    await deps.caughtUp();
    const { session, screen, trouble } = await deps.look(id);
    if (session === undefined || !isLive(session)) return false;
    const newest = unsettled(id).at(-1);
    if (newest !== undefined && trouble === undefined && session.phase === 'ready') {
      const line = lineOf(session, [newest], screen);
      if (line.is === 'prompt' && line.whole) await typeIn(session, newest, 'submit');
    }
    if (unsettled(id).length > 0) await evidence.wait(id);
    if (stopped) return true;
    // Of what was typed to an agent that keeps no records nothing more will ever be known.
    for (const prompt of unsettled(id)) {
      if (prompt.state === 'typing' || session.binding !== undefined) deps.onDoubt(prompt);
    }
    return true;
  }

  async function press(session: Session, prompt: Prompt, keys: readonly Keystroke[]): Promise<boolean> {
    try {
      await deps.panes.type(session.id, keys);
      return true;
    } catch (error) {
      if (!(error instanceof PanesError)) throw error;
      deps.onFailed(session, prompt, error.message); // of this prompt nothing was typed: it goes on waiting
      return false;
    }
  }

  async function typeIn(session: Session, waiting: Prompt, how: 'type' | 'submit'): Promise<boolean> {
    const agent = deps.agentOf(session);
    if (how === 'type') deps.refresh(waiting.id);
    // The person may have changed it since it was looked at; what stands in the input line already stays as it is.
    const prompt = (how === 'type' ? prompts.get(waiting.id) : undefined) ?? waiting;
    // On disk before the first key: after a crash in between nobody may guess whether it was typed.
    prompts.mark(prompt.id, 'typing', deps.now());
    known.set(prompt.id, 'had');
    try {
      const keys = how === 'type' ? agent.typing(typeable(prompt.text)) : agent.submitting();
      await deps.panes.type(session.id, keys);
    } catch (error) {
      known.delete(prompt.id);
      if (!(error instanceof PanesError)) throw error;
      // The terminal went away in the middle of it: when it is back, the evidence decides.
      if (error.reason === 'server-down') return false;
      // Nothing was typed: it may be typed again.
      const { message } = error;
      await deps.retryWhileFull(ending.signal, () => {
        if (how === 'type') prompts.mark(prompt.id, 'waiting', deps.now());
        deps.onFailed(session, prompt, message);
      });
      return false;
    }
    submission.watch(prompt);
    // It was typed: only that is still to be written, and nothing is typed twice because it could not be.
    await deps.retryWhileFull(ending.signal, () => {
      // The agent may have confirmed it already, while the last key was on its way.
      const confirmed = !isOpen(prompt);
      if (!confirmed) prompts.mark(prompt.id, 'typed', deps.now());
      deps.onTyped(prompt, confirmed);
    });
    return true;
  }

  function kick(id: string): Promise<void> {
    const active = running.get(id);
    if (active !== undefined) {
      again.add(id);
      return active;
    }
    if (stopped) return Promise.resolve();
    const work = deps
      .retryWhileFull(ending.signal, () => run(id))
      .catch((error: unknown) => deps.log('error', 'typing failed', { session: id, error: String(error) }))
      .finally(() => {
        running.delete(id);
        // Asked for between the last look at the queue and now.
        if (again.delete(id)) void kick(id);
      });
    running.set(id, work);
    return work;
  }

  return {
    kick,
    looked(id) {
      if (holding.holds(id)) void kick(id);
    },
    reconsider: () => settled.clear(),
    confirmed(prompt) {
      submission.confirmed(prompt.id);
      if (!submission.watches(prompt.session)) known.delete(prompt.id);
      if (unsettled(prompt.session).length === 0) evidence.enough(prompt.session);
    },
    decided(prompt, how) {
      known.set(prompt.id, how);
      void kick(prompt.session);
    },
    inHand: (prompt) => known.has(prompt),
    async idle() {
      do {
        await Promise.all(running.values());
        await submission.over();
      } while (running.size > 0);
    },
    release(id) {
      submission.release(id);
      holding.release(id);
      const session = deps.session(id);
      const [first, ...behind] = prompts.ofSession(id, ['waiting']);
      if (session !== undefined && first !== undefined) deps.onHeld(session, first, 'over');
      for (const prompt of behind) deps.onQueued(prompt);
      settled.delete(id);
      evidence.enough(id);
    },
    stop() {
      stopped = true;
      ending.abort();
      submission.stop();
      holding.stop();
      evidence.stop();
    },
  };
}
