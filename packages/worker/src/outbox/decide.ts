import type { Entity, Part } from '../cards/view';
import type { SendFailure } from '../telegram/api';
import type { QueuedView, Thread } from './model';

/** What a part looks like, for comparison. */
export interface Face {
  /** Of everything that is seen. */
  hash: string;
  /** Which file it carries; empty: none. */
  file: string;
}

/** One part of a view as it is, or may be, in the chat. */
export interface Posted extends Face {
  part: number;
  /** Null: a send started, and may or may not have arrived. */
  message: number | null;
  thread: Thread;
}

/** The next call on the way from what is posted to what is queued. */
export type NextCall =
  | { do: 'send'; part: number; marked: boolean }
  | { do: 'album'; parts: readonly number[]; marked: boolean }
  | { do: 'edit'; part: number; message: number; what: 'text' | 'caption' | 'file' }
  | { do: 'delete'; parts: readonly number[]; messages: readonly number[] }
  | { do: 'nothing' };

/**
 * Compares what is queued, with the thread in which it stands now, with what is posted. `faces` are of the queued parts, in
 * order.
 */
export function nextCall(queued: QueuedView, faces: readonly Face[], posted: readonly Posted[]): NextCall {
  // An answer, of an agent or of ccbot, that may have arrived is sent again with a mark. A live card is just sent again, and
  // so is a request, whose first message then lets nothing run.
  const marks = queued.class === 'answer' || queued.class === 'notice';
  const isShown = posted.some((p) => p.message !== null);
  const isElsewhere = posted.some((p) => p.message !== null && p.thread !== queued.thread);
  if (queued.moves === true && isElsewhere) return remove(posted);
  if (queued.view.album === true && faces.length > 1 && !isShown) {
    return { do: 'album', parts: faces.map((_, part) => part), marked: marks && posted.length > 0 };
  }
  for (const [part, face] of faces.entries()) {
    const current = posted.find((p) => p.part === part);
    if (current === undefined) return { do: 'send', part, marked: false };
    if (current.message === null) return { do: 'send', part, marked: marks };
    if (current.hash === face.hash) continue;
    // A text cannot become a file, nor a file a text. The parts behind it are deleted too, to keep the order.
    if ((current.file === '') !== (face.file === '')) return remove(posted.filter((p) => p.part >= part));
    const what = face.file === '' ? 'text' : face.file === current.file ? 'caption' : 'file';
    return { do: 'edit', part, message: current.message, what };
  }
  const extra = posted.filter((p) => p.part >= faces.length);
  return extra.length === 0 ? { do: 'nothing' } : remove(extra);
}

/** The most messages that one call deletes (Bot API, deleteMessages). */
const DELETE_MAX = 100;

function remove(all: readonly Posted[]): NextCall {
  const posted = all.slice(0, DELETE_MAX);
  return {
    do: 'delete',
    parts: posted.map((p) => p.part),
    messages: posted.flatMap((p) => (p.message === null ? [] : [p.message])),
  };
}

/** How a part is shown: as it is; a photo as a document; without formatting; or as words that say what is missing. */
export type Form = 'whole' | 'document' | 'plain' | 'words';

/** The forms of a part, the best first. A live card has no words: its next state comes anyway. */
export function formsOf(part: Part, kind: QueuedView['class']): readonly Form[] {
  const forms: Form[] = part.file?.as === 'photo' ? ['whole', 'document', 'plain'] : ['whole', 'plain'];
  return kind === 'card' && part.file === undefined ? forms : [...forms, 'words'];
}

/** What to do after a failed call. */
export type AfterFailure =
  /** Try again after `waitMs`; `rebuild`: over a new connection; `chat`: send nothing to this chat before. */
  | { do: 'wait'; waitMs: number; rebuild: boolean; chat: boolean }
  /** The call's aim is reached, or out of reach for good: treat it as done. */
  | { do: 'accept' }
  /** The message is gone: send it again. */
  | { do: 'forget' }
  /** Telegram does not take this part as it is: use its next form. */
  | { do: 'simpler' }
  /** The file cannot be read: say so in its place. */
  | { do: 'words' }
  /** The thread takes no messages: send to the chat itself. */
  | { do: 'leave-thread' }
  | { do: 'drop' };

/** First and longest wait after a network error, ms. */
const WAIT_FIRST_MS = 500;
const WAIT_MOST_MS = 30_000;

/** First and longest wait, ms, for a user who has blocked the bot. A message of theirs ends it. */
const BLOCKED_FIRST_MS = 30_000;
const BLOCKED_MOST_MS = 3_600_000;

/** What a decision depends on besides the failure. */
export interface CallState {
  /** Failed calls for this view. */
  tries: number;
  /** There is a simpler form. */
  simpler: boolean;
  /** The call names a thread. */
  inThread: boolean;
  kind: QueuedView['class'];
  /** In [0, 1). */
  chance: number;
  /** First wait after a network error, ms; absent: half a second. */
  firstWaitMs?: number | undefined;
}

/** Decides by the kind of failure, never by its text. */
export function afterFailure(
  call: Exclude<NextCall, { do: 'nothing' }>['do'],
  failure: SendFailure,
  state: CallState,
): AfterFailure {
  const grown = (first: number, most: number): number =>
    Math.round(Math.min(most, first * 2 ** Math.min(state.tries, 10)) * (0.75 + state.chance / 2));
  const waitMs = grown(state.firstWaitMs ?? WAIT_FIRST_MS, WAIT_MOST_MS);
  switch (failure.kind) {
    case 'not-delivered':
      if (failure.retryAfterMs !== undefined) {
        return { do: 'wait', waitMs: failure.retryAfterMs, rebuild: false, chat: true };
      }
      return { do: 'wait', waitMs, rebuild: true, chat: false };
    case 'unknown':
      return { do: 'wait', waitMs, rebuild: true, chat: false };
    case 'refused':
      switch (failure.reason) {
        case 'not-modified':
          return { do: 'accept' };
        case 'message-gone':
          return call === 'edit' ? { do: 'forget' } : { do: 'accept' };
        case 'file-gone':
          return { do: 'words' };
        case 'thread-gone':
          if (state.inThread) return { do: 'leave-thread' };
          return state.simpler ? { do: 'simpler' } : { do: 'drop' };
        case 'unauthorized':
        case 'no-bot':
          // Of every call, not of this one: the poll loop ends or reports it, and the view stays on disk.
          return { do: 'wait', waitMs: WAIT_MOST_MS, rebuild: false, chat: false };
        case 'forbidden': {
          // A live card has a next state anyway. Everything else waits until the user unblocks the bot.
          if (state.kind === 'card') return { do: 'drop' };
          return { do: 'wait', waitMs: grown(BLOCKED_FIRST_MS, BLOCKED_MOST_MS), rebuild: false, chat: true };
        }
        default:
          if (call === 'delete') return { do: 'accept' };
          return state.simpler ? { do: 'simpler' } : { do: 'drop' };
      }
  }
}

/** A part behind a line that says it may be a repetition; as it is where the line does not fit into `limit`. */
export function markRepeated(part: Part, mark: string, limit: number): Part {
  const head = `${mark}\n`;
  if (head.length + part.text.length > limit) return part;
  if (part.text === '') return { ...part, text: mark };
  const entities = part.entities.map((e): Entity => ({ ...e, offset: e.offset + head.length }));
  return { ...part, text: head + part.text, entities };
}
