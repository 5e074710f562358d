import type { Trouble } from '@ccbot/shared/net/classify';
import type { SendFailure } from './api';

/** What the poll loop does after a failed `getUpdates`. */
export type PollStep =
  /** Try again after `waitMs`, over a new connection if `rebuild`. `asked`: Telegram asked for that wait. */
  | {
      do: 'retry';
      waitMs: number;
      rebuild: boolean;
      network: 'down' | 'unchanged';
      asked: boolean;
      trouble: Trouble;
    }
  /** Another poller uses the token: stop immediately. */
  | { do: 'conflict'; text: string }
  | { do: 'unauthorized' }
  | { do: 'webhook'; text: string };

/** How long a 409 may still come from a poll of ours that nobody waits for any more, ms; Telegram holds one for up to 50 s. */
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

/** What a decision depends on besides the failure. Times in ms. */
export interface PollSituation {
  /** Failed polls in a row, this one included. */
  failures: number;
  sinceStartMs: number;
  /** Whether this process's polls ever succeeded. */
  polledBefore: boolean;
  /** How long ago a poll of ours began that broke off, if none has succeeded since. */
  sinceBrokenMs?: number;
  /** In [0, 1). */
  chance: number;
}

/** Decides on a failed poll. */
export function decidePoll(failure: SendFailure, situation: PollSituation): PollStep {
  const trouble = failure.trouble ?? { code: 'NETWORK_DOWN', reason: failure.text, arrived: 'unknown' };
  if (failure.kind === 'refused') {
    switch (failure.reason) {
      case 'unauthorized':
        return { do: 'unauthorized' };
      case 'webhook':
        return { do: 'webhook', text: failure.text };
      case 'conflict':
        if (!isOwnPoll(situation)) return { do: 'conflict', text: failure.text };
        return {
          do: 'retry',
          waitMs: STALE_POLL_WAIT_MS,
          rebuild: false,
          network: 'unchanged',
          asked: false,
          trouble: { ...trouble, code: 'POLL_HELD' },
        };
      default: {
        // Nobody polls there: the supervisor looks for itself.
        const network = failure.reason === 'no-bot' ? 'down' : 'unchanged';
        return { do: 'retry', waitMs: backoff(situation), rebuild: true, network, asked: false, trouble };
      }
    }
  }
  if (failure.kind === 'not-delivered' && failure.retryAfterMs !== undefined) {
    const waitMs = Math.min(failure.retryAfterMs, HELD_OFF_MOST_MS);
    return { do: 'retry', waitMs, rebuild: false, network: 'unchanged', asked: true, trouble };
  }
  return { do: 'retry', waitMs: backoff(situation), rebuild: true, network: 'down', asked: false, trouble };
}

/**
 * Whether Telegram may still hold a poll of ours: of the worker before this one, or one that broke off. Once a poll was
 * served since, a 409 can only come from a poller that started after us.
 */
function isOwnPoll({ polledBefore, sinceStartMs, sinceBrokenMs }: PollSituation): boolean {
  if (!polledBefore && sinceStartMs < STALE_POLL_MS) return true;
  return sinceBrokenMs !== undefined && sinceBrokenMs < STALE_POLL_MS;
}

function backoff({ failures, chance }: { failures: number; chance: number }): number {
  const full = Math.min(WAIT_MOST_MS, WAIT_FIRST_MS * 2 ** Math.max(0, failures - 1));
  return Math.round(full * (0.75 + chance / 2));
}
