import type { Entity, Part } from '../cards/view';
import type { SendFailure } from '../telegram/api';
import type { QueuedView } from './model';

/** What a part looks like, so that two can be compared. */
export interface Face {
  /** Of everything that is seen. */
  hash: string;
  /** Which file it carries; empty: none. */
  file: string;
}

/** One part of a view as it is, or may be, in the chat. */
export interface Posted extends Face {
  part: number;
  /** Null: a send began and nobody knows whether it arrived. */
  message: number | null;
}

/** The next call that brings a view about, or that nothing is left to do. */
export type NextCall =
  | { do: 'send'; part: number; marked: boolean }
  | { do: 'album'; parts: readonly number[]; marked: boolean }
  | { do: 'edit'; part: number; message: number; what: 'text' | 'caption' | 'file' }
  | { do: 'delete'; parts: readonly number[]; messages: readonly number[] }
  | { do: 'nothing' };

/** Compares what is wanted with what is posted. `faces` are of the wanted parts, in order. */
export function nextCall(wanted: QueuedView, faces: readonly Face[], posted: readonly Posted[]): NextCall {
  // A final answer whose fate is unknown comes again, and says so; a live card just comes anew.
  const marks = wanted.class === 'answer';
  const known = posted.some((p) => p.message !== null);
  if (wanted.view.album === true && faces.length > 1 && !known) {
    return { do: 'album', parts: faces.map((_, part) => part), marked: marks && posted.length > 0 };
  }
  for (const [part, face] of faces.entries()) {
    const there = posted.find((p) => p.part === part);
    if (there === undefined) return { do: 'send', part, marked: false };
    if (there.message === null) return { do: 'send', part, marked: marks };
    if (there.hash === face.hash) continue;
    // A text cannot become a file nor the other way round. What comes behind goes too, or the order would be lost.
    if ((there.file === '') !== (face.file === '')) return remove(posted.filter((p) => p.part >= part));
    const what = face.file === '' ? 'text' : face.file === there.file ? 'caption' : 'file';
    return { do: 'edit', part, message: there.message, what };
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

/**
 * How a part is shown: as it is wished for; a photo as a document; without the formatting; or, where Telegram will
 * have none of these, in words that say what is missing.
 */
export type Form = 'whole' | 'document' | 'plain' | 'words';

/** The forms of a part from the best down. Of a live card a later state comes anyway. */
export function formsOf(part: Part, kind: QueuedView['class']): readonly Form[] {
  const forms: Form[] = part.file?.as === 'photo' ? ['whole', 'document', 'plain'] : ['whole', 'plain'];
  return kind === 'card' && part.file === undefined ? forms : [...forms, 'words'];
}

/** What follows a failed call. */
export type AfterFailure =
  /** The same state is tried again after `waitMs`; `rebuild`: over a new connection; `chat`: nothing to this chat before. */
  | { do: 'wait'; waitMs: number; rebuild: boolean; chat: boolean }
  /** The call's aim is reached, or can no longer be: go on as if it had been done. */
  | { do: 'accept' }
  /** The message is gone: send it anew. */
  | { do: 'forget' }
  /** Telegram will not have this part as it is: the next form of it. */
  | { do: 'simpler' }
  /** The file cannot be read: say so in its place. */
  | { do: 'words' }
  | { do: 'drop' };

/** First and longest wait after a network error, ms. */
const WAIT_FIRST_MS = 500;
const WAIT_MOST_MS = 30_000;

/** First and longest wait, ms, for a person who has blocked the bot; what they write ends it. */
const BLOCKED_FIRST_MS = 30_000;
const BLOCKED_MOST_MS = 3_600_000;

/** What a decision depends on beside the failure. */
export interface CallState {
  /** Failed calls for this wish. */
  tries: number;
  /** There is a simpler form. */
  simpler: boolean;
  kind: QueuedView['class'];
  /** In [0, 1). */
  chance: number;
}

/** Decides by the kind of failure, never by its words. */
export function afterFailure(
  call: Exclude<NextCall, { do: 'nothing' }>['do'],
  failure: SendFailure,
  state: CallState,
): AfterFailure {
  const grown = (first: number, most: number): number =>
    Math.round(Math.min(most, first * 2 ** Math.min(state.tries, 10)) * (0.75 + state.chance / 2));
  const waitMs = grown(WAIT_FIRST_MS, WAIT_MOST_MS);
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
        case 'unauthorized':
          // The poll loop ends the worker because of it; what is wanted stays on disk.
          return { do: 'wait', waitMs: WAIT_MOST_MS, rebuild: false, chat: false };
        case 'forbidden': {
          // Only a live card is superseded anyway. The rest is kept: who lets the bot speak again gets it.
          if (state.kind === 'card') return { do: 'drop' };
          return { do: 'wait', waitMs: grown(BLOCKED_FIRST_MS, BLOCKED_MOST_MS), rebuild: false, chat: true };
        }
        default:
          if (call === 'delete') return { do: 'accept' };
          return state.simpler ? { do: 'simpler' } : { do: 'drop' };
      }
  }
}

/** Stands before an answer that may already have been shown. */
export const REPEAT_MARK = '↻ possibly shown before\n';

/** A part with the mark of a possible repetition, or as it is where the mark does not fit. */
export function markRepeated(part: Part, limit: number): Part {
  if (REPEAT_MARK.length + part.text.length > limit) return part;
  if (part.text === '') return { ...part, text: REPEAT_MARK.trimEnd() };
  const entities = part.entities.map((e): Entity => ({ ...e, offset: e.offset + REPEAT_MARK.length }));
  return { ...part, text: REPEAT_MARK + part.text, entities };
}
