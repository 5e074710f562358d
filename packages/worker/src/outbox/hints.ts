import type { ApiResult } from '../telegram/api';

/** Calls whose loss does no harm. */
export type HintMethod =
  | 'sendChatAction'
  | 'setMessageReaction'
  | 'answerCallbackQuery'
  | 'editMessageReplyMarkup';

/** Timeout of a hint, ms: a later one is of no use. */
const HINT_MS = 10_000;

export interface HintsDeps {
  call(
    method: string,
    payload: Record<string, unknown>,
    options: { timeoutMs: number },
  ): Promise<ApiResult<unknown>>;
  onMissed(method: HintMethod, reason: string): void;
}

/**
 * Sends hints: they are not stored, and a missed one does no harm. Each reaction on a message waits for the one before,
 * and only the newest of those that wait is sent: of two under way at once, the older one might arrive last and stay.
 */
export function createHints(deps: HintsDeps): (method: HintMethod, payload: Record<string, unknown>) => void {
  /** The messages whose reaction is under way; the value is the next reaction. */
  const busy = new Map<string, Record<string, unknown> | null>();

  async function call(method: HintMethod, payload: Record<string, unknown>): Promise<void> {
    const result = await deps.call(method, payload, { timeoutMs: HINT_MS });
    if (!result.ok) deps.onMissed(method, result.failure.text);
  }

  async function react(message: string, first: Record<string, unknown>): Promise<void> {
    for (let next: Record<string, unknown> | null = first; next !== null;) {
      busy.set(message, null);
      await call('setMessageReaction', next);
      next = busy.get(message) ?? null;
    }
    busy.delete(message);
  }

  return (method, payload) => {
    if (method !== 'setMessageReaction') return void call(method, payload);
    const message = `${String(payload['chat_id'])} ${String(payload['message_id'])}`;
    if (busy.has(message)) busy.set(message, payload);
    else void react(message, payload);
  };
}
