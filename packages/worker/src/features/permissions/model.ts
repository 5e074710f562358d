import type { RequestDecision, RequestContent } from '../../agents/model';
import type { Answers } from './questions';
import { keys, type OutboxKey } from '../../outbox/keys';

/** A request of an agent to the person, from the moment it came until it was decided: all that is kept of it, as JSON. */
export interface AgentRequest {
  /** Its number; buttons carry it. */
  id: number;
  /** The uuid that the waiting hook knows it by. */
  request: string;
  session: string;
  /** The messages that show it, one a chat: whoever may answer it. */
  copies: readonly RequestCopy[];
  /** The session's name when it was asked. */
  name: string;
  /** When the hook began to wait, ms since the epoch. */
  at: number;
  asked: RequestContent;
  /** The lines that would change in a file, where that could be told when it was asked. */
  diff?: string;
  /** `decided`: by the person, and perhaps not yet in the agent's hands. */
  phase: 'open' | 'decided' | 'closed';
  /** Whether the hook is on the line now; and since when it is not. */
  attached: boolean;
  detachedAt?: number;
  /** How far the questions are answered. */
  answers?: Answers;
  decision?: RequestDecision;
  /** The chat of the person who decided it. */
  by?: number;
  /** Allowed by a rule that the person turned on. */
  byRule?: true;
  /** The rule held already when it was asked: nothing is shown of it. */
  unseen?: true;
  outcome?: Outcome;
  /** When somebody last did something about it. */
  touchedAt: number;
  reminded: boolean;
}

/** A request as it is in one chat. */
export interface RequestCopy {
  chatId: number;
  /** How often it was put before the person anew; each time it is a new message. */
  shown: number;
  /** Which page of a long one is shown, from 0. */
  page: number;
  /** The person's next message is this; until {@link WRITING_MS} later. */
  writing?: { what: 'reason' | 'answer' | 'feedback'; at: number };
  /** The person's update that was taken last: handled again after a crash, it changes nothing. */
  lastUpdate?: number;
}

/** A request before a person for the first time. */
export function newCopy(chatId: number): RequestCopy {
  return { chatId, shown: 0, page: 0 };
}

/** The copy in a chat; undefined: the request is not before that person. */
export function copyIn({ copies }: Pick<AgentRequest, 'copies'>, chatId: number): RequestCopy | undefined {
  return copies.find((copy) => copy.chatId === chatId);
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
export type RequestAction =
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

/** The outbox key of a request's message in a chat. */
export function requestKey(
  { id }: Pick<AgentRequest, 'id'>,
  { shown }: Pick<RequestCopy, 'shown'>,
): OutboxKey {
  return keys.request(id, shown);
}

/** Whether the next message of the copy's person belongs to this request. */
export function isWriting(
  { phase }: Pick<AgentRequest, 'phase'>,
  { writing }: RequestCopy,
  at: number,
): boolean {
  return phase === 'open' && writing !== undefined && at < writing.at + WRITING_MS;
}
