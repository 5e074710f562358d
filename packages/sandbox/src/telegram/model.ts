/** The Bot API's `User`: a person or the bot. */
export interface User {
  id: number;
  is_bot: boolean;
  first_name: string;
  username?: string;
  language_code?: string;
}

/** The Bot API's `MessageEntity`; offset and length in UTF-16 units. */
export interface MessageEntity {
  type: string;
  offset: number;
  length: number;
  url?: string;
  language?: string;
}

export interface InlineButton {
  text: string;
  callback_data?: string;
  url?: string;
}

export interface Upload {
  name: string;
  mime: string;
  bytes: Buffer;
}

export type MediaKind = 'photo' | 'document' | 'voice' | 'audio' | 'video' | 'video_note' | 'animation';

/** The Bot API's `TextQuote`: the part of a message that a reply quotes. */
export interface TextQuote {
  text: string;
  /** Where the quote begins in that message, UTF-16 units. */
  position: number;
}

/** The Bot API's `MessageOrigin`: where a forwarded message was first written. */
export type Origin =
  | { type: 'user'; date: number; sender_user: User }
  | { type: 'hidden_user'; date: number; sender_user_name: string }
  | { type: 'chat'; date: number; sender_chat: { id: number; type: string; title: string } }
  | { type: 'channel'; date: number; chat: { id: number; type: string; title: string }; message_id: number };

/** Messages other than texts and files, under the Bot API's names. */
export type Special =
  | { location: { latitude: number; longitude: number; horizontal_accuracy?: number; live_period?: number } }
  | { venue: { location: { latitude: number; longitude: number }; title: string; address: string } }
  | { contact: { phone_number: string; first_name: string; last_name?: string; user_id?: number } }
  | { sticker: { emoji?: string; set_name?: string } }
  | { poll: { question: string; options: string[] } }
  | { dice: { emoji: string; value: number } };

/** A file that Telegram has stored. */
export interface StoredFile extends Upload {
  /** The bot's `file_id`. */
  id: string;
  uniqueId: string;
  /** Path below `/file/bot<token>/`. */
  path: string;
  /** Pixels; only of pictures. */
  width?: number;
  height?: number;
}

/** A message in its current state. */
export interface ChatMessage {
  id: number;
  chatId: number;
  fromBot: boolean;
  /** s since the epoch. */
  date: number;
  /** The text; the caption of a file; the Markdown of a rich message. */
  text: string;
  entities: MessageEntity[];
  /** What its sender typed, if that is more than the text. */
  typed?: string;
  keyboard: InlineButton[][];
  /** Its topic; absent: the chat itself. */
  thread?: number;
  replyTo?: number;
  silent: boolean;
  /** Number of edits. */
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

/** A topic of a private chat. */
export interface Topic {
  name: string;
  state: 'open' | 'closed' | 'deleted';
}

/** A text that the bot is still streaming. */
export interface Draft {
  id: number;
  thread?: number;
  text: string;
  entities: MessageEntity[];
}

/** One call of a Bot API method; downloads count as method `file`. */
export interface Call {
  method: string;
  params: Record<string, unknown>;
  /** Arrival, ns of the monotonic clock. */
  atNs: bigint;
  /** HTTP status of the answer; 0 while the call is open, or when a fault broke the connection. */
  status: number;
}

/** One long poll; times in ns of the monotonic clock. */
export interface PollRecord {
  startedNs: bigint;
  endedNs?: bigint;
  how?: 'answered' | 'conflict' | 'closed';
}

/** A failure on demand; `cut` breaks a download in the middle. */
export interface Fault {
  /** The method that fails (`file` for downloads); absent: all methods. */
  method?: string;
  kind: 'hang' | 'reset' | 'reset-after' | 'cut' | '5xx' | '429' | '401' | '403' | '409' | 'refused' | 'slow';
  /** Number of calls that fail; absent: until cleared. */
  times?: number;
  /** For `refused`: the error code; absent: 400. */
  status?: number;
  /** For `refused`: Telegram's description, without “Bad Request: ” when the code is 400. */
  description?: string;
  /** For `429`, s. */
  retryAfter?: number;
  /** For `slow`, ms. */
  delayMs?: number;
  /** For `slow`: the answer waits for this instead of a time. */
  until?: Promise<void>;
}

/** An error answer of the Bot API. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    description: string,
    readonly parameters?: Record<string, unknown>,
  ) {
    super(description);
  }
}

/** A 400 with Telegram's description. */
export function bad(description: string): ApiError {
  return new ApiError(400, `Bad Request: ${description}`);
}
