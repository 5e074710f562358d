/** A Telegram update, reduced to what ccbot decides on. Everything else is kept as `other`. */
export type Inbound = InboundText | InboundTap | InboundOther;

interface InboundHead {
  updateId: number;
  /** When Telegram got it, ms since the epoch. */
  at: number;
}

interface InboundFrom extends InboundHead {
  chatId: number;
  userId: number;
  /** True only in a one-to-one chat with the bot. */
  isPrivate: boolean;
  /** BCP 47 tag of the person's client, such as `en`; absent when Telegram does not tell. */
  language?: string;
}

/** A message with text. */
export interface InboundText extends InboundFrom {
  kind: 'text';
  messageId: number;
  text: string;
  /** The message this one replies to. */
  replyTo?: number;
}

/** A tap on an inline button. */
export interface InboundTap extends InboundFrom {
  kind: 'tap';
  queryId: string;
  /** The message the button hangs on; absent when Telegram no longer has it. */
  messageId?: number;
  /** The button's data, at most 64 bytes. */
  data: string;
}

/** Anything else: kept for the count and the log. */
export interface InboundOther extends InboundHead {
  kind: 'other';
  /** What it was, such as `edited_message`, for the log. */
  what: string;
  chatId?: number;
  userId?: number;
  isPrivate?: boolean;
}
