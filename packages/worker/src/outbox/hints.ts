import type { ApiResult } from '../telegram/api';

/** What is shown by the way. */
export type HintMethod = 'sendChatAction' | 'setMessageReaction' | 'answerCallbackQuery';

/** How long a hint may take, ms: after that nobody looks for it any more. */
const HINT_MS = 10_000;

/** What hints need. */
export interface HintsDeps {
  call(
    method: string,
    payload: Record<string, unknown>,
    options: { timeoutMs: number },
  ): Promise<ApiResult<unknown>>;
  onMissed(method: HintMethod, reason: string): void;
}

/**
 * Makes the sender of what is shown by the way: not kept, a miss does no harm. Of one message's reactions each waits
 * for the one before, and only the newest of those that wait is sent: two that are on their way at once may arrive
 * in either order, and the older one would stay.
 */
export function createHints(deps: HintsDeps): (method: HintMethod, payload: Record<string, unknown>) => void {
  /** What is on its way for a message; the value is what comes after it. */
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
