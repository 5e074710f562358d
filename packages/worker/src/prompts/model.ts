import { core } from '../agents/core';
import { typeable } from '../terminal/sanitize';

/** Where a user's message stands on its way into the agent. */
export type PromptState =
  /** Not typed yet. */
  | 'waiting'
  /** Being typed: if the worker dies now, nobody knows how much of it arrived. */
  | 'typing'
  /** Typed and submitted; the agent has not confirmed it yet. */
  | 'typed'
  /** The agent's own records, or its hook, show it. */
  | 'confirmed'
  /** The user dropped it, or it was refused. */
  | 'dropped';

/** The text of a prompt, and whose it is. */
export interface PromptText {
  text: string;
  /**
   * All of it is text that the user wrote. Only such a text is typed where text runs. Absent: it holds something else, or
   * nobody knows, as of a prompt that an earlier ccbot stored.
   */
  own?: true;
}

/** A message on its way into an agent. `id` is its update id, so one update never makes two prompts. */
export interface Prompt extends PromptText {
  id: number;
  session: string;
  chatId: number;
  messageId: number;
  state: PromptState;
}

/** The queue of messages to type, on disk. */
export interface PromptQueue {
  /** Adds a waiting prompt; one with the same id stays as it is. */
  add(prompt: Omit<Prompt, 'state'>, at: number): void;
  get(id: number): Prompt | undefined;
  /** The session's prompts in one of the states, oldest first. */
  ofSession(session: string, states: readonly PromptState[]): Prompt[];
  /** On disk when it returns if the state is `typing`. `at` is ms since the epoch. */
  mark(id: number, state: PromptState, at: number): void;
}

/** Who wrote a prompt: the reader; somebody unknown, perhaps at the terminal; or a user by name. */
export type PromptAuthor = 'you' | 'somebody' | { name: string };

/**
 * Who wrote the prompts of transcripts. Each is found by the transcript's path and the time of its record, ms since the
 * epoch. With a single user nothing is stored and nobody is named.
 */
export interface PromptAuthors {
  /** The prompt was written in this chat; part of the running transaction. */
  record(path: string, at: number, chatId: number): void;
  /** The name of the author for a reader in `chatId`; undefined if that is the reader, or unknown. */
  otherAuthor(path: string, at: number | undefined, chatId: number): string | undefined;
  /** The author for a reader in `chatId`; null: for a file, which others may read as well. */
  authorOf(path: string, at: number, chatId: number | null): PromptAuthor;
}

/** From this length on, characters, a text that is contained in another counts as the same. */
const LONG_ENOUGH = 200;

/** How much of a reported prompt is compared, UTF-16 units: more than an agent reports of the longest prompt. */
const REPORTED_MAX = 131_072;

/** The oldest of `candidates` that may be the prompt an agent reports; invisible characters do not count. */
export function matchPrompt(reported: string, candidates: readonly Prompt[]): Prompt | undefined {
  const wanted = core(typeable(reported.slice(0, REPORTED_MAX)));
  return candidates.find((candidate) => {
    const text = core(typeable(candidate.text));
    // A long paste may come back wrapped in the agent's own markers.
    return text !== '' && (text === wanted || (text.length >= LONG_ENOUGH && wanted.includes(text)));
  });
}

/** Whether typing the text would leave nothing visible: white space, control characters, characters without a shape. */
export function isBlank(text: string): boolean {
  return core(typeable(text)) === '';
}

/** Whether an agent may leave a text in its input line for good: an unknown command, or `!` without one. */
export function mayStay(text: string): boolean {
  return text.startsWith('/') || core(text) === '!';
}
