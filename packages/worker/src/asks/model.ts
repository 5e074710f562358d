import type { AskDecision, AskRequest } from '../agents/ask';
import type { Answers } from './questions';

/** A request of an agent to the person, from the moment it came until it was decided: all that is kept of it, as JSON. */
export interface Ask {
  /** Its number; buttons carry it. */
  id: number;
  /** The uuid that the waiting hook knows it by. */
  request: string;
  session: string;
  chatId: number;
  /** The session's name when it was asked. */
  name: string;
  /** When the hook began to wait, ms since the epoch. */
  at: number;
  asked: AskRequest;
  /** The lines that would change in a file, where that could be told when it was asked. */
  diff?: string;
  /** `decided`: by the person, and perhaps not yet in the agent's hands. */
  phase: 'open' | 'decided' | 'closed';
  /** Whether the hook is on the line now; and since when it is not. */
  attached: boolean;
  detachedAt?: number;
  /** How far the questions are answered. */
  answers?: Answers;
  /** The next message is this; until {@link WRITING_MS} later. */
  writing?: { what: 'reason' | 'answer' | 'feedback'; at: number };
  /** Which page of a long one is shown, from 0. */
  page: number;
  decision?: AskDecision;
  /** Allowed by a rule that the person turned on. */
  byRule?: true;
  /** The rule held already when it was asked: nothing is shown of it. */
  unseen?: true;
  outcome?: Outcome;
  /** When the person last did something about it. */
  touchedAt: number;
  /** How often it was put before the person anew; each time it is a new message. */
  shown: number;
  reminded: boolean;
  /** The update that was taken last: handled again after a crash, it changes nothing. */
  lastUpdate?: number;
}

/** How a request ended. */
export type Outcome =
  /** The agent has the person's decision. */
  | 'taken'
  /** The agent went on, so it was answered at the terminal. */
  | 'elsewhere'
  /** The agent stopped waiting: an interrupt, or its own limit of time. */
  | 'withdrawn'
  /** Nobody answered in the time the agent can wait; its own dialog comes up at the terminal. */
  | 'timeout'
  /** ccbot was away, and the agent does not wait any more. */
  | 'gone'
  /** The agent ended. */
  | 'ended';

/** How long the person has for a text that was asked for, ms. Later it is a message like any other. */
export const WRITING_MS = 10 * 60_000;

/** How long after ccbot's start a hook that waited before has to come back, ms; it tries ten times a second. */
export const RETURN_MS = 10_000;

/** What the person can do about a request with one tap. */
export type AskAct =
  | { act: 'allow' }
  /** `n`: which of `always`, from 0. */
  | { act: 'always'; n: number }
  | { act: 'deny' }
  /** Deny or send back, with the next message as the reason. */
  | { act: 'reason' }
  | { act: 'choose'; question: number; option: number }
  /** The choices of this question are made. */
  | { act: 'done'; question: number }
  /** The next message is the answer. */
  | { act: 'other'; question: number }
  | { act: 'back' }
  /** `n`: which of `modes`, from 0. */
  | { act: 'approve'; n: number }
  /** No text after all. */
  | { act: 'cancel' }
  | { act: 'page'; n: number }
  /** Put it before the person anew, below everything else. */
  | { act: 'again' };

/** The outbox key of a request's message. */
export function askKey(ask: Pick<Ask, 'id' | 'shown'>): string {
  return ask.shown === 0 ? `ask:${ask.id}` : `ask:${ask.id}:${ask.shown}`;
}

/** Whether the person's next message belongs to this request. */
export function isWriting(ask: Ask, at: number): boolean {
  return ask.phase === 'open' && ask.writing !== undefined && at < ask.writing.at + WRITING_MS;
}
