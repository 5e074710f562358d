import { setMaxListeners } from 'node:events';

/** The waits of the drains, which a new wish or the end can cut short. */
export interface Waits {
  /** Waits `ms`; with `interruptible` until something is wished for in the chat, if that is earlier. */
  pause(chatId: number, ms: number, interruptible: boolean): Promise<void>;
  /** Something was wished for in the chat. */
  wake(chatId: number): void;
  /** Ends every wait, and those to come. */
  end(): void;
  /** Aborted by `end`. */
  readonly signal: AbortSignal;
}

/** What a timer takes, ms: a longer one would be no wait at all. Whoever waits looks again afterwards. */
const LONGEST_MS = 2 ** 31 - 1;

/** No wait is running. */
export function createWaits(): Waits {
  const wakers = new Map<number, Set<() => void>>();
  const abort = new AbortController();
  // One listener for each chat that waits: more than ten are no leak.
  setMaxListeners(0, abort.signal);
  return {
    pause: (chatId, ms, interruptible) =>
      new Promise((resolve) => {
        const of = wakers.get(chatId) ?? new Set();
        const over = (): void => {
          clearTimeout(timer);
          of.delete(over);
          if (of.size === 0) wakers.delete(chatId);
          abort.signal.removeEventListener('abort', over);
          resolve();
        };
        const timer = setTimeout(over, Math.min(ms, LONGEST_MS));
        if (interruptible) wakers.set(chatId, of.add(over));
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
