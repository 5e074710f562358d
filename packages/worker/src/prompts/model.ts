import { core } from '../agents/core';
import { typeable } from '../terminal/sanitize';

/** Where a person's message stands on its way into the agent. */
export type PromptState =
  /** Not typed yet. */
  | 'waiting'
  /** Being typed: nobody knows how far that came when the worker ends now. */
  | 'typing'
  /** Typed and submitted; the agent has not shown yet that it has it. */
  | 'typed'
  /** The agent's own records, or its hook, show it. */
  | 'confirmed'
  /** The person dropped it. */
  | 'dropped';

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

/** From this length on, characters, a text that is contained in another is taken for it. */
const LONG_ENOUGH = 200;

/** The oldest of `candidates` that a prompt the agent reports can be; what cannot be seen does not count. */
export function matchPrompt(reported: string, candidates: readonly Prompt[]): Prompt | undefined {
  const wanted = core(typeable(reported));
  return candidates.find((c) => {
    const text = core(typeable(c.text));
    // A long paste may come back wrapped in the agent's own markers.
    return text !== '' && (text === wanted || (text.length >= LONG_ENOUGH && wanted.includes(text)));
  });
}

/** Whether nothing would be left of a text that is typed: white space, control characters, characters without a shape. */
export function isBlank(text: string): boolean {
  return core(typeable(text)) === '';
}

/** Whether an agent may leave a text in its input line for good: a command that it does not know, or `!` without one. */
export function mayStay(text: string): boolean {
  return text.startsWith('/') || core(text) === '!';
}
