import type { ChatMessage } from './model';
import type { SandboxState } from './state';

type Missing = null | undefined | false;

/** Resolves with the first value that is neither null, undefined nor false; throws after `timeoutMs`, telling the chat. */
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
    const finish = (then: () => void): void => {
      clearTimeout(timer);
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
