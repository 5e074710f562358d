import type { WordsOf } from '../words/words';
import { takeOne, type Allowance } from './pace';
import { outboxKey, type OutboxKey } from '../outbox/keys';

/** A flood is over when nothing was refused for this long, ms; the next refusal gets a new notice. */
const OVER_MS = 60_000;

/** A message that may be refused. */
export interface Arriving {
  chatId: number;
  updateId: number;
  messageId: number;
  text: string;
  /** When it was written, ms since the epoch. */
  at: number;
}

/** Limits how many messages a user may send. */
export interface Flood {
  /** False: the message must not be handled; the user is told so. */
  admit(message: Arriving): boolean;
}

/** Refusals that share one notice. */
interface Episode {
  first: Arriving;
  count: number;
  lastAt: number;
}

/** `perMinute` 0 admits everything. `tell` shows, under one key, how many messages were refused. */
export function createFlood(deps: {
  perMinute: number;
  wordsOf: WordsOf;
  tell(chatId: number, key: OutboxKey, text: string, replyTo: number): void;
}): Flood {
  const { perMinute } = deps;
  const allowances = new Map<number, Allowance>();
  const episodes = new Map<number, Episode>();
  return {
    admit(message) {
      const { chatId, at } = message;
      if (perMinute === 0) return true;
      const { allowance, admitted } = takeOne(allowances.get(chatId), at, perMinute);
      allowances.set(chatId, allowance);
      if (admitted) return true;
      const known = episodes.get(chatId);
      const episode =
        known === undefined || at - known.lastAt > OVER_MS ? { first: message, count: 0, lastAt: at } : known;
      episode.count++;
      episode.lastAt = at;
      episodes.set(chatId, episode);
      const { first, count } = episode;
      const text = deps.wordsOf(chatId).flooded(count, perMinute, first.text.slice(0, 60));
      deps.tell(chatId, outboxKey('flood', first.updateId), text, first.messageId);
      return false;
    },
  };
}
