import type { ChatMessage } from './model';
import type { SandboxState } from './state';

type Missing = null | undefined | false;

/** Interval at which conditions outside the chat, such as a file, are checked, ms. */
const CHECK_MS = 100;

/**
 * Resolves with the first value of `find` that is not null, undefined or false. It is checked at each change of the chat,
 * and regularly. Rejects with the text of the chat after `timeoutMs`.
 */
export async function waitFor<T>(
  state: SandboxState,
  find: () => T | Missing,
  timeoutMs: number,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const check = (): void => {
      try {
        const value = find();
        if (value !== null && value !== undefined && value !== false) finish(() => resolve(value));
      } catch (error) {
        finish(() => reject(error as Error));
      }
    };
    const timer = setTimeout(() => {
      const reason = `not seen within ${timeoutMs} ms; the chat:\n${chatText(state.messages)}`;
      finish(() => reject(new Error(reason)));
    }, timeoutMs);
    const checks = setInterval(() => check(), CHECK_MS);
    const finish = (then: () => void): void => {
      clearTimeout(timer);
      clearInterval(checks);
      state.changed.off('change', check);
      state.changed.off('closed', onClosed);
      then();
    };
    const onClosed = (): void => finish(() => reject(new Error('the sandbox was closed')));
    state.changed.on('change', check);
    state.changed.on('closed', onClosed);
    check();
  });
}

/** The visible chat, for the message of a failed test. */
export function chatText(messages: readonly ChatMessage[]): string {
  return messages
    .filter((m) => !m.deleted)
    .map((m) => `[${m.chatId}/${m.id}] ${m.fromBot ? 'bot' : 'user'}: ${m.text.slice(0, 500)}`)
    .join('\n');
}
