import type { SendFailure } from './api';

/** What the poll loop does after a failed `getUpdates`. */
export type PollStep =
  /** Try again after `waitMs`, over a new connection if `rebuild`. `asked`: Telegram asked for that wait. */
  | { do: 'retry'; waitMs: number; rebuild: boolean; network: 'down' | 'unchanged'; asked: boolean }
  /** Another poller uses the token: stop immediately. */
  | { do: 'conflict'; text: string }
  | { do: 'unauthorized' }
  | { do: 'webhook'; text: string };

/** How long after the start a 409 may still come from the previous poller's long poll, ms; Telegram holds one for up to 50 s. */
export const STALE_POLL_MS = 60_000;

/** Time between two attempts during that, ms. */
const STALE_POLL_WAIT_MS = 1_000;

/** First and longest wait after a network error, ms. */
const WAIT_FIRST_MS = 500;
const WAIT_MOST_MS = 30_000;

/**
 * The longest wait that a 429 can ask for, ms. Longer ones are not known for `getUpdates`, and a number beyond what a
 * timer takes (24 days) would become no wait at all.
 */
const HELD_OFF_MOST_MS = 600_000;

/** Whether Telegram answered, with anything: then the loop and its connection work, and a new worker would fare no better. */
export function isAnswer(failure: SendFailure): boolean {
  switch (failure.kind) {
    case 'refused':
      return true;
    case 'not-delivered':
      return failure.retryAfterMs !== undefined;
    case 'unknown':
      return failure.status !== undefined;
  }
}

/**
 * Decides on a failed poll. `failures` counts those in a row, this one included; `chance` is in [0, 1);
 * `polledBefore` says whether this process's polls ever succeeded.
 */
export function decidePoll(
  failure: SendFailure,
  state: { failures: number; sinceStartMs: number; polledBefore: boolean; chance: number },
): PollStep {
  if (failure.kind === 'refused') {
    switch (failure.reason) {
      case 'unauthorized':
        return { do: 'unauthorized' };
      case 'webhook':
        return { do: 'webhook', text: failure.text };
      case 'conflict':
        // Once our own polls were served, a 409 can only come from a poller that started after us.
        if (!state.polledBefore && state.sinceStartMs < STALE_POLL_MS) {
          return {
            do: 'retry',
            waitMs: STALE_POLL_WAIT_MS,
            rebuild: false,
            network: 'unchanged',
            asked: false,
          };
        }
        return { do: 'conflict', text: failure.text };
      default:
        return { do: 'retry', waitMs: backoff(state), rebuild: true, network: 'unchanged', asked: false };
    }
  }
  if (failure.kind === 'not-delivered' && failure.retryAfterMs !== undefined) {
    const waitMs = Math.min(failure.retryAfterMs, HELD_OFF_MOST_MS);
    return { do: 'retry', waitMs, rebuild: false, network: 'unchanged', asked: true };
  }
  return { do: 'retry', waitMs: backoff(state), rebuild: true, network: 'down', asked: false };
}

function backoff({ failures, chance }: { failures: number; chance: number }): number {
  const full = Math.min(WAIT_MOST_MS, WAIT_FIRST_MS * 2 ** Math.max(0, failures - 1));
  return Math.round(full * (0.75 + chance / 2));
}
