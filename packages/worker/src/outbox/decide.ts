import type { Entity, Part } from '../cards/view';
import type { SendFailure } from '../telegram/api';
import type { Wanted } from './wanted';

/** One part of a view as it is, or may be, in the chat. */
export interface Posted {
  part: number;
  /** Null: a send began and nobody knows whether it arrived. */
  message: number | null;
  hash: string;
}

/** The next call that brings a view about, or that nothing is left to do. */
export type NextCall =
  | { do: 'send'; part: number; marked: boolean }
  | { do: 'edit'; part: number; message: number }
  | { do: 'delete'; parts: readonly number[]; messages: readonly number[] }
  | { do: 'nothing' };

/** Compares what is wanted with what is posted. `hashes` are of the wanted parts, in order. */
export function nextCall(wanted: Wanted, hashes: readonly string[], posted: readonly Posted[]): NextCall {
  for (let part = 0; part < hashes.length; part++) {
    const there = posted.find((p) => p.part === part);
    if (there === undefined) return { do: 'send', part, marked: false };
    // A final answer whose fate is unknown comes again, and says so; a live card just comes anew.
    if (there.message === null) return { do: 'send', part, marked: wanted.class === 'answer' };
    if (there.hash !== hashes[part]) return { do: 'edit', part, message: there.message };
  }
  const extra = posted.filter((p) => p.part >= hashes.length);
  if (extra.length === 0) return { do: 'nothing' };
  return {
    do: 'delete',
    parts: extra.map((p) => p.part),
    messages: extra.flatMap((p) => (p.message === null ? [] : [p.message])),
  };
}

/** What follows a failed call. */
export type AfterFailure =
  /** The same state is tried again after `waitMs`; `rebuild`: over a new connection; `chat`: nothing to this chat before. */
  | { do: 'wait'; waitMs: number; rebuild: boolean; chat: boolean }
  /** The call's aim is reached, or can no longer be: go on as if it had been done. */
  | { do: 'accept' }
  /** The message is gone: send it anew. */
  | { do: 'forget' }
  /** Telegram will not have this text as it is: once more without its formatting. */
  | { do: 'plain' }
  | { do: 'drop' };

/** First and longest wait after a network error, ms. */
const WAIT_FIRST_MS = 500;
const WAIT_MOST_MS = 30_000;

/** Decides by the kind of failure, never by its words. `tries` counts the failed calls for this wish. */
export function afterFailure(
  call: Exclude<NextCall, { do: 'nothing' }>['do'],
  failure: SendFailure,
  state: { tries: number; plain: boolean; chance: number },
): AfterFailure {
  const waitMs = Math.round(
    Math.min(WAIT_MOST_MS, WAIT_FIRST_MS * 2 ** Math.min(state.tries, 10)) * (0.75 + state.chance / 2),
  );
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
        case 'unauthorized':
          // The poll loop ends the worker because of it; what is wanted stays on disk.
          return { do: 'wait', waitMs: WAIT_MOST_MS, rebuild: false, chat: false };
        case 'forbidden':
          return { do: 'drop' };
        default:
          if (call === 'delete') return { do: 'accept' };
          return state.plain ? { do: 'drop' } : { do: 'plain' };
      }
  }
}

/** Stands before an answer that may already have been shown. */
export const REPEAT_MARK = '↻ possibly shown before\n';

/** A part with the mark of a possible repetition, or as it is where the mark does not fit. */
export function markRepeated(part: Part, limit: number): Part {
  if (REPEAT_MARK.length + part.text.length > limit) return part;
  const entities = part.entities.map((e): Entity => ({ ...e, offset: e.offset + REPEAT_MARK.length }));
  return { ...part, text: REPEAT_MARK + part.text, entities };
}
