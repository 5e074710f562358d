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
}

/** A message as it is visible now. */
export interface ChatMessage {
  id: number;
  chatId: number;
  /** True: the bot's. */
  fromBot: boolean;
  /** s since the epoch. */
  date: number;
  text: string;
  entities: MessageEntity[];
  keyboard: InlineButton[][];
  replyTo?: number;
  silent: boolean;
  /** How often it was edited. */
  edits: number;
  deleted: boolean;
  reaction?: string;
}

/** One call of a Bot API method, as it arrived. */
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

/** What goes wrong on demand. */
export interface Fault {
  /** Method it strikes; absent: every one. */
  method?: string;
  kind: 'hang' | 'reset' | 'reset-after' | '5xx' | '429' | '401' | '409' | 'slow';
  /** How often; absent: until cleared. */
  times?: number;
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
