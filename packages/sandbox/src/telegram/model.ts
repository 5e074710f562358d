/** A person, or the bot, as the Bot API tells of one. */
export interface User {
  id: number;
  is_bot: boolean;
  first_name: string;
  username?: string;
  language_code?: string;
}

/** A piece of a text with a style, as the Bot API tells of it; UTF-16 units. */
export interface MessageEntity {
  type: string;
  offset: number;
  length: number;
  url?: string;
  language?: string;
}

/** A button under a message. */
export interface InlineButton {
  text: string;
  callback_data?: string;
  url?: string;
}

/** A file as it came in a request. */
export interface Upload {
  name: string;
  mime: string;
  bytes: Buffer;
}

/** What a message can carry beside its text. */
export type MediaKind = 'photo' | 'document' | 'voice' | 'audio' | 'video' | 'video_note' | 'animation';

/** Words of another message that a reply picks, as the Bot API tells of them. */
export interface TextQuote {
  text: string;
  /** Where they begin in that message, UTF-16 units. */
  position: number;
}

/** Where a forwarded message was written first (Bot API, MessageOrigin). */
export type Origin =
  | { type: 'user'; date: number; sender_user: User }
  | { type: 'hidden_user'; date: number; sender_user_name: string }
  | { type: 'chat'; date: number; sender_chat: { id: number; type: string; title: string } }
  | { type: 'channel'; date: number; chat: { id: number; type: string; title: string }; message_id: number };

/** What a message can be beside text and files, under the Bot API's own name. */
export type Special =
  | { location: { latitude: number; longitude: number; horizontal_accuracy?: number; live_period?: number } }
  | { venue: { location: { latitude: number; longitude: number }; title: string; address: string } }
  | { contact: { phone_number: string; first_name: string; last_name?: string; user_id?: number } }
  | { sticker: { emoji?: string; set_name?: string } }
  | { poll: { question: string; options: string[] } }
  | { dice: { emoji: string; value: number } };

/** A file that Telegram keeps. */
export interface StoredFile extends Upload {
  /** What the bot asks for it by. */
  id: string;
  uniqueId: string;
  /** Below `/file/bot<token>/`. */
  path: string;
  /** Of pictures, pixels. */
  width?: number;
  height?: number;
}

/** A message as it is visible now. */
export interface ChatMessage {
  id: number;
  chatId: number;
  /** True: the bot's. */
  fromBot: boolean;
  /** s since the epoch. */
  date: number;
  /** Its text, or its caption when it carries a file, or its Markdown when it is a rich message. */
  text: string;
  entities: MessageEntity[];
  keyboard: InlineButton[][];
  replyTo?: number;
  silent: boolean;
  /** How often it was edited. */
  edits: number;
  deleted: boolean;
  /** The bot's reaction. */
  reaction?: string;
  media?: { kind: MediaKind; file: StoredFile };
  mediaGroupId?: string;
  special?: Special;
  quote?: TextQuote;
  forward?: Origin;
  rich?: boolean;
  pinned?: boolean;
}

/** A text that the bot is still writing. */
export interface Draft {
  id: number;
  text: string;
  entities: MessageEntity[];
}

/** One call of a Bot API method, as it arrived; downloads count as method `file`. */
export interface Call {
  method: string;
  params: Record<string, unknown>;
  /** Arrival, ns of the monotonic clock. */
  atNs: bigint;
  /** The status it was answered with; 0 while it is under way, or when the connection was broken on purpose. */
  status: number;
}

/** One long poll: when it began and ended, ns of the monotonic clock, and how. */
export interface PollRecord {
  startedNs: bigint;
  endedNs?: bigint;
  how?: 'answered' | 'conflict' | 'closed';
}

/** What goes wrong on demand; `cut` breaks a download in the middle. */
export interface Fault {
  /** Method it strikes (`file` for downloads); absent: every one. */
  method?: string;
  kind: 'hang' | 'reset' | 'reset-after' | 'cut' | '5xx' | '429' | '401' | '403' | '409' | 'refused' | 'slow';
  /** How often; absent: until cleared. */
  times?: number;
  /** Of `refused`: the error code; 400 unless it is given. */
  status?: number;
  /** Of `refused`: Telegram's words, without “Bad Request: ” where it is 400. */
  description?: string;
  /** Of `429`: s. */
  retryAfter?: number;
  /** Of `slow`: ms. */
  delayMs?: number;
}

/** An answer of the Bot API that is not ok. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    description: string,
    readonly parameters?: Record<string, unknown>,
  ) {
    super(description);
  }
}

/** 400 with Telegram's own words. */
export function bad(description: string): ApiError {
  return new ApiError(400, `Bad Request: ${description}`);
}
