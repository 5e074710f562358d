import { setMaxListeners } from 'node:events';

/** The waits of the drains, which a new view or the end of the program cuts short. */
export interface Waits {
  /** Waits `ms`; with `interruptible` at most until {@link Waits.wake} is called for the chat. */
  pause(chatId: number, ms: number, interruptible: boolean): Promise<void>;
  /** Ends the interruptible waits of a chat. */
  wake(chatId: number): void;
  /** Ends every wait, now and from now on. */
  end(): void;
  /** Aborted by `end`. */
  readonly signal: AbortSignal;
}

/** The longest timer of Node, ms: a longer one would end at once. Callers check again after a wait. */
const LONGEST_MS = 2 ** 31 - 1;

export function createWaits(): Waits {
  const wakers = new Map<number, Set<() => void>>();
  const abort = new AbortController();
  // One listener for each waiting chat: more than ten are not a leak.
  setMaxListeners(0, abort.signal);
  return {
    pause: (chatId, ms, interruptible) =>
      new Promise((resolve) => {
        const waiting = wakers.get(chatId) ?? new Set();
        const over = (): void => {
          clearTimeout(timer);
          waiting.delete(over);
          if (waiting.size === 0) wakers.delete(chatId);
          abort.signal.removeEventListener('abort', over);
          resolve();
        };
        const timer = setTimeout(over, Math.min(ms, LONGEST_MS));
        if (interruptible) wakers.set(chatId, waiting.add(over));
        abort.signal.addEventListener('abort', over, { once: true });
        if (abort.signal.aborted) over();
      }),
    wake(chatId) {
      for (const over of [...(wakers.get(chatId) ?? [])]) over();
    },
    end: () => abort.abort(),
    signal: abort.signal,
  };
}
