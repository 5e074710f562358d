import type { RequestDecision, RequestContent } from '../../agents/model';
import { keys, type OutboxKey } from '../../outbox/keys';
import type { Answers } from './questions';
import type { QuietHours } from './quiet-hours';

/** A request of an agent to the user, from its arrival to its decision. Stored as JSON, so its field names stay. */
export interface AgentRequest {
  /** Counts the requests of this database. */
  id: number;
  /**
   * A random value that its buttons carry besides the id: a new database counts from 1 again, while the messages of the
   * old one stay in the chat. Empty in what an earlier ccbot stored; it gets one when the hook or ccbot is back.
   */
  nonce: string;
  /** The uuid by which the waiting hook knows it. */
  request: string;
  session: string;
  /** The messages that show it, one for each chat that may answer. */
  copies: readonly RequestCopy[];
  /** The name the session had when the request arrived. */
  name: string;
  /** When the hook began to wait, ms since the epoch. */
  at: number;
  asked: RequestContent;
  /** The lines that would change in a file, if they could be computed. */
  diff?: string;
  /** More than one message: shown as a file, or too large for that. Decided when it arrives. */
  fit?: 'file' | 'terminal';
  /** Something in it looks like a secret. */
  secrets?: true;
  /** `decided`: the agent may not have the decision yet. */
  phase: 'open' | 'decided' | 'closed';
  /** Whether the hook is connected. */
  attached: boolean;
  /** Since when it is not, ms since the epoch. */
  detachedAt?: number;
  /** The answers given so far. */
  answers?: Answers;
  decision?: RequestDecision;
  /** The chat that decided it. */
  by?: number;
  /** A rule that the user turned on allowed it. */
  byRule?: true;
  /** The rule was already on when the request arrived, so it is never shown. */
  unseen?: true;
  outcome?: Outcome;
  /** When a user last did something about it, ms since the epoch. */
  touchedAt: number;
  reminded: boolean;
}

/** A request as one chat sees it. */
export interface RequestCopy {
  chatId: number;
  /** How often it was sent again; each time it is a new message. */
  shown: number;
  /** The user has seen what looks like a secret. */
  unmasked?: true;
  /** What became of the file with the whole request; `masked`: with its secrets masked. Absent: it is on its way. */
  file?: { masked: boolean; is: 'sent' | 'failed'; why?: string };
  /** The next message of this chat is the text, for {@link WRITING_MS} after `at`. */
  writing?: { what: Writing; at: number };
  /** The last update that was handled. After a crash it comes again, and must change nothing. */
  lastUpdate?: number;
}

/** What a text is: why the user denies, an answer to a question, or what to change in a plan. */
export type Writing = 'reason' | 'answer' | 'feedback';

export function newCopy(chatId: number): RequestCopy {
  return { chatId, shown: 0 };
}

/** The copy in a chat; undefined if the request was not sent to it. */
export function copyIn({ copies }: Pick<AgentRequest, 'copies'>, chatId: number): RequestCopy | undefined {
  return copies.find((copy) => copy.chatId === chatId);
}

/** How a request ended. */
export type Outcome =
  /** The agent has the user's decision. */
  | 'taken'
  /** The agent continued on its own: a permission was answered at the terminal, of a question that is not known. */
  | 'elsewhere'
  /** The agent recorded an answer to its questions that is not ours. */
  | 'answered'
  /** The agent recorded that nobody answered its questions in its own time. */
  | 'unanswered'
  /** The agent stopped waiting: it was interrupted, or its own time limit passed. */
  | 'withdrawn'
  /** Nobody answered while the agent could wait. Its own dialog is at the terminal now. */
  | 'timeout'
  /** ccbot was not running, and the agent no longer waits. */
  | 'gone'
  /** The agent ended. */
  | 'ended';

/** How a request ends without us. */
export type OverHow = Extract<Outcome, 'elsewhere' | 'answered' | 'unanswered' | 'ended'>;

/** How long we wait for a text, ms. A later message is an ordinary prompt. */
export const WRITING_MS = 10 * 60_000;

/** How long after our start a hook may take to reconnect, ms. It tries ten times a second. */
export const RETURN_MS = 10_000;

/** What one tap can do about a request. */
export type RequestAction =
  | { act: 'allow' }
  /** `n`: the index in `always`. */
  | { act: 'always'; n: number }
  | { act: 'deny' }
  /** Deny, or send a plan back; the next message says why. */
  | { act: 'reason' }
  | { act: 'choose'; question: number; option: number }
  /** The options of this question are chosen. */
  | { act: 'done'; question: number }
  /** The next message is the answer. */
  | { act: 'other'; question: number }
  | { act: 'back' }
  /** `n`: the index in `modes`. */
  | { act: 'approve'; n: number }
  /** Do not wait for a text any more. */
  | { act: 'cancel' }
  /** Show what is masked. */
  | { act: 'unmask' }
  /** Turn a page, on a message of an earlier ccbot. */
  | { act: 'page'; n: number }
  /** Send it again, below all other messages. */
  | { act: 'again' };

/**
 * What happens to a request. `at` is ms since the epoch; `update` is the Telegram update, from the chat `by`; `nonce` of
 * `attached` and `restored` is for a request that has none.
 */
export type RequestInput =
  /** The hook connected, for the first time or again. */
  | { type: 'attached'; at: number; nonce: string }
  /** The hook disconnected: the agent ended it. */
  | { type: 'detached'; at: number }
  /** ccbot started; the hook has not reconnected yet. */
  | { type: 'restored'; at: number; nonce: string }
  /** The agent has the answer. */
  | { type: 'taken'; at: number }
  | TappedInput
  /** The text that we waited for. */
  | { type: 'wrote'; at: number; update: number; by: number; text: string }
  /** A rule allows it. `by`: the chat that has just turned it on. */
  | { type: 'allowed-by-rule'; at: number; by?: number }
  /** The chat watches the session now, so it gets the request too. */
  | { type: 'joined'; at: number; by: number }
  /** The file of the copy that was sent `shown` times again is in the chat, or could not be sent; then `why` says why. */
  | { type: 'file-settled'; at: number; by: number; shown: number; masked: boolean; why?: string }
  /** Only these chats may use ccbot; `instead` get the request if no chat that has it is left. */
  | { type: 'users-changed'; at: number; chats: readonly number[]; instead: readonly number[] }
  /** The agent continued without us, or ended. */
  | { type: 'over'; at: number; how: OverHow }
  /** Time passed. */
  | { type: 'ticked'; at: number };

/** A tap on one of the request's buttons. */
export interface TappedInput {
  type: 'tapped';
  at: number;
  update: number;
  by: number;
  /** What the button carries. */
  nonce: string;
  /** Whether the button is on the newest message of the request in this chat, or that message has no id yet. */
  isOnCopy: boolean;
  action: RequestAction;
}

/** What to do after a step. `show` and `show-again` run in the transaction that stores the state, the rest after its commit. */
export type RequestEffect =
  /** Update the messages. */
  | { do: 'show' }
  /** Update the messages, and delete these. */
  | { do: 'show-again'; old: readonly Pick<RequestCopy, 'chatId' | 'shown'>[] }
  /** Log who decided what. */
  | { do: 'audit' }
  | { do: 'answer'; decision: RequestDecision }
  /** End the hook without output: the terminal decides, or has decided. */
  | { do: 'release' }
  /** Answer the tap. */
  | SayEffect;

/** An answer for the chat `to`, as a code; `replyText` puts it into words. */
export type SayEffect = { do: 'say'; to: number } & Reply;

export type Reply =
  /** The tap worked, and the message shows it. */
  | { code: 'ok' }
  /** The request is closed, or the button does not fit it any more. */
  | { code: 'expired' }
  | { code: 'already-decided' }
  /** The button belongs to another request, or to an earlier message of this one. */
  | { code: 'stale' }
  /** Another user was first. */
  | { code: 'answered-by'; by: number; decision: RequestDecision }
  /** Something that would run was not shown in this chat yet. */
  | { code: 'not-shown' }
  | { code: 'decided'; decision: RequestDecision }
  | { code: 'write'; what: Writing }
  /** We do not wait for a text any more. */
  | { code: 'cancelled' }
  /** No option is chosen yet. */
  | { code: 'choose-one' };

/** What the machine knows beside the request: plain data, so that a logged input can be replayed. */
export interface RequestPolicy {
  /** How long the agent can wait, ms; null: without limit. */
  limitMs: number | null;
  /** After this time without a tap we send the request again, to all users, ms; 0: never. */
  remindMs: number;
  /** The chats of all users. */
  chats: readonly number[];
  quiet: QuietHours | null;
}

/** The next state, and what to do. */
export type RequestStep = [AgentRequest, RequestEffect[]];

/** The outbox key of a request's message in a chat. */
export function requestKey(
  { id }: Pick<AgentRequest, 'id'>,
  { shown }: Pick<RequestCopy, 'shown'>,
): OutboxKey {
  return keys.request(id, shown);
}

/** The outbox key of the file with a whole request. */
export function requestFileKey(
  { id }: Pick<AgentRequest, 'id'>,
  { shown }: Pick<RequestCopy, 'shown'>,
): OutboxKey {
  return keys.requestFile(id, shown);
}

/** Whether the next message of the copy's chat belongs to this request. */
export function isWriting(
  { phase }: Pick<AgentRequest, 'phase'>,
  { writing }: RequestCopy,
  at: number,
): boolean {
  return phase === 'open' && writing !== undefined && at < writing.at + WRITING_MS;
}
