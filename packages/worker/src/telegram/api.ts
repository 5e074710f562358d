import type { Trouble } from '@ccbot/shared/net/classify';

/**
 * Why a call failed. The adapter is the only place that reads foreign errors, and it answers one question about each:
 * did the call arrive? `trouble`, redacted, says why Telegram cannot be used; absent if it refused this very call.
 */
export type SendFailure =
  /** Certainly not executed (no connection, a proxy that refuses, 429): the same call can be made again. */
  | { kind: 'not-delivered'; text: string; retryAfterMs?: number; trouble?: Trouble }
  /** The connection broke after the request was sent, a timeout, or a 5xx (its `status`): the call may have been executed. */
  | { kind: 'unknown'; text: string; status?: number; trouble?: Trouble }
  /** Telegram executed nothing and the same call would fail again. */
  | { kind: 'refused'; reason: Refusal; code: number; text: string; trouble?: Trouble };

/** Why Telegram refused, decided by error code and the few documented descriptions (facts: telegram). */
export type Refusal =
  | 'not-modified'
  | 'message-gone'
  | 'unauthorized'
  /** Nothing under this address is a bot: `TELEGRAM_API_ROOT` is wrong. */
  | 'no-bot'
  | 'forbidden'
  | 'conflict'
  | 'webhook'
  | 'too-large'
  | 'no-method'
  | 'query-too-old'
  /** The topic is deleted, closed or unknown: the chat itself may take the same message. */
  | 'thread-gone'
  /** Nothing was sent: a file to upload cannot be read. */
  | 'file-gone'
  | 'other';

export type ApiResult<T> = { ok: true; value: T } | { ok: false; failure: SendFailure };

/**
 * A file in a payload, read from disk while it is sent: as a parameter, or as `media` within the parameter `media`. The
 * name must be one line without quotes.
 */
export interface FileToUpload {
  upload: { path: string; name: string };
}

export interface CallOptions {
  signal?: AbortSignal;
  /** The call counts as `unknown` after this many ms without an answer. */
  timeoutMs?: number;
}

/** The port to the Bot API. */
export interface BotApi {
  /** Calls a Bot API method. Never throws because of the network or Telegram; no text it returns holds the token. */
  call<T>(method: string, payload: Record<string, unknown>, options?: CallOptions): Promise<ApiResult<T>>;
  /** Drops the open connections, so that the next call opens a new one. Does not disturb a running call. */
  rebuild(): void;
}
