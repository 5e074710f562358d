import type { View } from '../cards/view';
import type { OutboxKey } from './keys';

/**
 * What the outbox is asked for. Nobody sends: a station says under a key what shall be seen, the newest wish
 * under a key replaces the waiting one, and one drain for each chat brings it about at Telegram's pace.
 */
export interface QueuedView {
  chatId: number;
  /** Identity of the thing shown, such as `card:<session>`; its messages are edited, added and deleted to match the view. An empty view deletes them. */
  key: OutboxKey;
  view: View;
  /**
   * `ask` goes before everything waiting in the chat. `answer` is never coalesced away (its key must be unique) nor lost;
   * sent again after an unknown outcome it is marked as possibly doubled. `card` is live: superseded states are dropped. `notice` is like `answer`, unmarked.
   */
  class: 'ask' | 'answer' | 'card' | 'notice';
  /**
   * Of little weight: it tells the time, how other sessions stand, what is in the making. It goes when there is room
   * to spare and nothing else waits, and what tells more does not wait because of it. In place of a wish that waits
   * and has weight it has that weight.
   */
  minor?: boolean;
  /** The session that it is of: what the person answers to it goes there. */
  session?: string;
  /** New messages make no sound. */
  silent?: boolean;
  /** New messages reply to this message, where it still exists. */
  replyTo?: number;
}

/** What became of a wish. */
export interface Settled {
  /** Everything is in the chat, be it in words. */
  shown: boolean;
  /** Why it was dropped. */
  why?: string;
  /** The files that could not be sent, counted from 0 among the files of the view, and what stands in their place. */
  missing: readonly { file: number; why: string }[];
}
