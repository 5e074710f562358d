import type { ChatMessage } from './model';
import type { SandboxState } from './state';

type Missing = null | undefined | false;

/** What is no matter of the chat, such as a file, is looked at so often, ms. */
const LOOK_MS = 100;

/**
 * Resolves with the first value that is neither null, undefined nor false; looks whenever the chat changes, and now and
 * then. Throws after `timeoutMs`, telling the chat.
 */
export async function waitFor<T>(
  state: SandboxState,
  look: () => T | Missing,
  timeoutMs: number,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const check = (): void => {
      try {
        const value = look();
        if (value !== null && value !== undefined && value !== false) finish(() => resolve(value));
      } catch (error) {
        finish(() => reject(error as Error));
      }
    };
    const timer = setTimeout(() => {
      const why = `not seen within ${timeoutMs} ms; the chat:\n${chatText(state.messages)}`;
      finish(() => reject(new Error(why)));
    }, timeoutMs);
    const looks = setInterval(() => check(), LOOK_MS);
    const finish = (then: () => void): void => {
      clearTimeout(timer);
      clearInterval(looks);
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

/** The chat as it is visible, for a failed test's message. */
export function chatText(messages: readonly ChatMessage[]): string {
  return messages
    .filter((m) => !m.deleted)
    .map((m) => `[${m.chatId}/${m.id}] ${m.fromBot ? 'bot' : 'person'}: ${m.text.slice(0, 500)}`)
    .join('\n');
}
