import type { Button, Part } from '../cards/view';
import type { Call } from './call';
import type { OutboxKey } from './keys';
import type { QueuedView, Thread } from './model';
import type { ApiCall } from './request';

/** Rows of buttons. */
export type Rows = readonly (readonly Button[])[];

/** One of the bot's messages in a chat, with its buttons. */
export interface MessageWithFooter {
  key: OutboxKey;
  part: number;
  thread: Thread;
  message: number;
  /** Its own rows. */
  own: Rows;
  /** The footer under them as JSON; empty: none. */
  footer: string;
}

/** What the footer reads and writes of the messages in a chat, on disk. */
export interface FooterStore {
  /** The newest message in a chat that can have buttons. */
  newest(chatId: number): MessageWithFooter | undefined;
  /** The newest message that can have buttons in the thread of this one; undefined: this one is unknown. */
  newestWith(chatId: number, message: number): MessageWithFooter | undefined;
  /** All messages in a chat that have a footer. */
  footed(chatId: number): MessageWithFooter[];
  /** The footer that a message has; empty: none, or it cannot be read. */
  footerOf(chatId: number, message: number): Rows;
  setFooter(chatId: number, message: Pick<MessageWithFooter, 'key' | 'part'>, footer: string): void;
  /** Forgets a message that is gone. */
  unpost(chatId: number, key: OutboxKey, part: number): void;
  /** Whether a view waits under a key. */
  waits(chatId: number, key: OutboxKey): boolean;
}

/** A message whose footer must be added, changed or removed. */
export interface FooterCall {
  message: MessageWithFooter;
  footer: string;
  rows: Rows;
}

/** Keeps rows of buttons under the newest of the bot's messages in each thread of a chat, and under no other. */
export interface Footer {
  /** The rows that go with a call: with a new message, and with an edit of a newest one, which would remove them. */
  under(chatId: number, call: Call, parts: number): Rows;
  /**
   * The next message to change; null: none. A message whose view waits changes together with that. `isBusy`: something
   * waits to be shown, so only the thread with the chat's newest message counts.
   */
  next(chatId: number, isBusy: boolean): FooterCall | null;
  /** A call of {@link Footer.next} was made, or is pointless; `gone`: the message no longer exists. */
  done(chatId: number, call: FooterCall, gone: boolean): void;
}

/** The footer of a chat at present; null: nobody knows, so each message keeps what it has. */
export type FooterOf = (chatId: number) => Rows | null;

export function createFooter(store: FooterStore, rowsOf: FooterOf): Footer {
  return {
    under(chatId, call, parts) {
      if (call.do === 'send') return call.part === parts - 1 ? (rowsOf(chatId) ?? []) : [];
      if (call.do !== 'edit') return [];
      const rows = rowsOf(chatId);
      if (rows === null) return store.footerOf(chatId, call.message);
      return store.newestWith(chatId, call.message)?.message === call.message ? rows : [];
    },
    next: (chatId, isBusy) => nextCall(store, chatId, rowsOf, isBusy),
    done(chatId, { message, footer }, gone) {
      if (gone) store.unpost(chatId, message.key, message.part);
      else store.setFooter(chatId, message, footer);
    },
  };
}

function nextCall(store: FooterStore, chatId: number, rowsOf: FooterOf, isBusy: boolean): FooterCall | null {
  const newest = store.newest(chatId);
  const rows = newest === undefined ? null : rowsOf(chatId);
  if (newest === undefined || rows === null) return null;
  const footer = footerJson(rows);
  const footed = store.footed(chatId).filter(({ thread }) => !isBusy || thread === newest.thread);
  const isNewest = ({ message }: MessageWithFooter): boolean =>
    store.newestWith(chatId, message)?.message === message;
  const isFree = ({ key }: MessageWithFooter): boolean => !store.waits(chatId, key);
  const old = footed.find((message) => !isNewest(message) && isFree(message));
  if (old !== undefined) return { message: old, footer: '', rows: old.own };
  // Each thread with a footer, and the one with the newest message, which may have none yet.
  const stale = [newest, ...footed].find(
    (message) => message.footer !== footer && isNewest(message) && isFree(message),
  );
  return stale === undefined ? null : { message: stale, footer, rows: [...stale.own, ...rows] };
}

/** Rows as they are stored and compared; empty: none. */
export function footerJson(rows: Rows): string {
  return rows.length === 0 ? '' : JSON.stringify(rows);
}

/** The parts, with more rows under the one that a call shows. */
export function withFooter(parts: readonly Part[], call: Call, rows: Rows): readonly Part[] {
  if (rows.length === 0 || (call.do !== 'send' && call.do !== 'edit')) return parts;
  return parts.map((part, i) =>
    i === call.part ? { ...part, buttons: [...(part.buttons ?? []), ...rows] } : part,
  );
}

/** The call that changes only the buttons of a message. */
export function footerRequest(chatId: number, { message, rows }: FooterCall): ApiCall {
  const inline_keyboard = rows.map((row) => row.map((b) => ({ text: b.text, callback_data: b.data })));
  return {
    method: 'editMessageReplyMarkup',
    payload: { chat_id: chatId, message_id: message.message, reply_markup: { inline_keyboard } },
    timeoutMs: 30_000,
    messages: 1,
  };
}

/** What is stored of the buttons of a message that a call shows; the messages of an album can have none. */
export function postedExtras(
  queued: QueuedView,
  part: number,
  call: Call,
  rows: Rows,
): { own: string | null; footer: string; session: string | null } {
  const session = queued.session ?? null;
  if (call.do === 'album') return { own: null, footer: '', session };
  return { own: JSON.stringify(queued.view.parts[part]?.buttons ?? []), footer: footerJson(rows), session };
}
