/**
 * The port to the Bot API. The adapter is the only place that reads foreign errors, and it answers one
 * question about each: did the call arrive?
 */
export type SendFailure =
  /** Certainly not executed (refused connection, DNS, 429): the same call may be made again. */
  | { kind: 'not-delivered'; text: string; retryAfterMs?: number }
  /** The connection broke after the request went out, a time-out, or a 5xx (its `status`): it may have been executed. */
  | { kind: 'unknown'; text: string; status?: number }
  /** Telegram executed nothing and the same call would fail again. */
  | { kind: 'refused'; reason: Refusal; code: number; text: string };

/** Why Telegram refused, decided by error code and the few documented descriptions (facts: telegram). */
export type Refusal =
  | 'not-modified'
  | 'message-gone'
  | 'unauthorized'
  | 'forbidden'
  | 'conflict'
  | 'webhook'
  | 'too-large'
  | 'no-method'
  | 'query-too-old'
  /** Nothing was sent: a file that was to be uploaded cannot be read. */
  | 'file-gone'
  | 'other';

/** What a call came to: its value, or why it failed. */
export type ApiResult<T> = { ok: true; value: T } | { ok: false; failure: SendFailure };

/**
 * Stands in a payload for a file, which is read from disk while it is sent: as a parameter, or as `media` in the
 * parameter `media`. The name must be one line without quotes.
 */
export interface FileToUpload {
  upload: { path: string; name: string };
}

/** How long a call may take, and who can end it. */
export interface CallOptions {
  signal?: AbortSignal;
  /** The call counts as `unknown` after this many ms without an answer. */
  timeoutMs?: number;
}

/** Telegram, as the stations see it. */
export interface BotApi {
  /** Calls a Bot API method. Never throws for what the network or Telegram do; the token is in no text it returns. */
  call<T>(method: string, payload: Record<string, unknown>, options?: CallOptions): Promise<ApiResult<T>>;
  /** Leaves the open connections, so that the next call opens a new one. A call under way is not disturbed. */
  rebuild(): void;
}
