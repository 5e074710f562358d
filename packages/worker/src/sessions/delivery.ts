import type { Agent } from '../agents/agent';
import { PanesError, type Panes } from '../terminal/panes';
import { typeable } from '../terminal/sanitize';
import { isLive, type Session } from './model';

/** Where a person's message stands on its way into the agent. */
export type PromptState = 'waiting' | 'typing' | 'typed' | 'confirmed' | 'dropped';

/** A message on its way into an agent. `id` is its update id: the same update never makes two. */
export interface Prompt {
  id: number;
  session: string;
  chatId: number;
  messageId: number;
  text: string;
  state: PromptState;
}

/** The queue of messages to type, on disk. */
export interface PromptQueue {
  /** Adds a waiting prompt; one with the same id is left as it is. */
  add(prompt: Omit<Prompt, 'state'>, at: number): void;
  get(id: number): Prompt | undefined;
  /** Those of a session in one of the states, oldest first. */
  ofSession(session: string, states: readonly PromptState[]): Prompt[];
  mark(id: number, state: PromptState, at: number): void;
}

/** What the delivery is given. */
export interface DeliveryDeps {
  prompts: PromptQueue;
  panes: Panes;
  agentOf(session: Session): Agent;
  session(id: string): Session | undefined;
  /** Looks at the session's screen and dispatches what it says; resolves with the session as it is then, and its screen. */
  look(id: string): Promise<{ session: Session | undefined; screen: readonly string[] }>;
  /** A prompt was typed into the terminal and submitted. */
  onTyped(prompt: Prompt): void;
  onFailed(session: Session, prompt: Prompt, reason: string): void;
  /** A prompt has to wait: the agent starts, or a dialog is up. */
  onHeld(session: Session, prompt: Prompt): void;
  now(): number;
  log(level: 'info' | 'warn' | 'error', text: string, meta?: Record<string, unknown>): void;
}

/** How many earlier prompts are looked for in the input line. */
const EARLIER = 5;

/** How often the input line is cleared at the most: a draft taller than the screen shows its rest then. */
const CLEAR_ROUNDS = 5;

/** Types waiting prompts into their sessions, one at a time for each session, in the order they were written. */
export interface Delivery {
  /** Looks whether something of this session can be typed now. Resolves when there is nothing more to type for now. */
  kick(session: string): Promise<void>;
  /** Whether this run of the worker has typed the prompt, or is typing it: then its fate is no question for the person. */
  inHand(prompt: number): boolean;
  /** Resolves when no typing is under way. */
  idle(): Promise<void>;
}

/** Makes the delivery over the queue on disk; nothing is typed before a `kick`. */
export function createDelivery(deps: DeliveryDeps): Delivery {
  const running = new Map<string, Promise<void>>();
  const again = new Set<string>();
  /** Prompts the person was told about once: they wait. */
  const held = new Set<number>();
  /** Prompts whose typing this run began. */
  const inHand = new Set<number>();

  async function run(id: string): Promise<void> {
    for (;;) {
      again.delete(id);
      const prompt = deps.prompts.ofSession(id, ['waiting'])[0];
      if (prompt === undefined) {
        if (again.has(id)) continue;
        return;
      }
      const { session, screen } = await deps.look(id);
      if (session === undefined || !isLive(session)) return;
      if (session.phase !== 'ready') {
        if (!held.has(prompt.id)) {
          held.add(prompt.id);
          deps.onHeld(session, prompt);
        }
        if (again.has(id)) continue;
        return;
      }
      if (!(await typeIn(session, prompt, screen))) return;
    }
  }

  /** Takes an earlier prompt out of the input line, where an interruption put it; the new one would be appended to it. */
  async function clearLine(session: Session, screen: readonly string[]): Promise<void> {
    const states: PromptState[] = ['typing', 'typed', 'confirmed'];
    const earlier = deps.prompts
      .ofSession(session.id, states)
      .slice(-EARLIER)
      .map((p) => typeable(p.text));
    let rows = screen;
    for (let round = 0; round < CLEAR_ROUNDS; round++) {
      const keys = deps.agentOf(session).clearing(rows, earlier);
      if (keys.length === 0) return;
      await deps.panes.type(session.id, keys);
      rows = await deps.panes.screen(session.id);
    }
  }

  async function typeIn(session: Session, prompt: Prompt, screen: readonly string[]): Promise<boolean> {
    const text = typeable(prompt.text);
    try {
      await clearLine(session, screen);
    } catch (error) {
      if (!(error instanceof PanesError)) throw error;
      deps.onFailed(session, prompt, error.message); // of this prompt nothing was typed: it goes on waiting
      return false;
    }
    // On disk before the first key: after a crash in between nobody may guess whether it was typed.
    deps.prompts.mark(prompt.id, 'typing', deps.now());
    inHand.add(prompt.id);
    try {
      await deps.panes.type(session.id, deps.agentOf(session).typing(text));
    } catch (error) {
      inHand.delete(prompt.id);
      if (!(error instanceof PanesError)) throw error;
      if (error.reason === 'no-such-session' || error.reason === 'refused') {
        // Nothing was typed: it may be typed again.
        deps.prompts.mark(prompt.id, 'waiting', deps.now());
      }
      deps.onFailed(session, prompt, error.message);
      return false;
    }
    // The agent may have confirmed it already, while the last key was on its way.
    if (deps.prompts.get(prompt.id)?.state === 'typing') deps.prompts.mark(prompt.id, 'typed', deps.now());
    held.delete(prompt.id);
    deps.onTyped(prompt);
    return true;
  }

  function kick(id: string): Promise<void> {
    const active = running.get(id);
    if (active !== undefined) {
      again.add(id);
      return active;
    }
    const work = run(id)
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
    inHand: (prompt) => inHand.has(prompt),
    async idle() {
      while (running.size > 0) await Promise.all(running.values());
    },
  };
}

/** From this length on, characters, a text that is contained in another is taken for it. */
const LONG_ENOUGH = 200;

/** The oldest of `candidates` that a prompt the agent reports can be; white space does not count. */
export function matchPrompt(reported: string, candidates: readonly Prompt[]): Prompt | undefined {
  const bare = (text: string): string => text.replace(/\s+/g, '');
  const wanted = bare(typeable(reported));
  return candidates.find((c) => {
    const text = bare(typeable(c.text));
    // A long paste may come back wrapped in the agent's own markers.
    return text !== '' && (text === wanted || (text.length >= LONG_ENOUGH && wanted.includes(text)));
  });
}
