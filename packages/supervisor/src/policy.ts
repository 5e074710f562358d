import type { Config } from '@ccbot/shared/config/schema';

/** The machine's parameters; times in ms. */
export interface Policy {
  /** The delay of the second restart in a crash loop; the first is immediate. Each further crash doubles it. */
  backoffBaseMs: number;
  backoffMaxMs: number;
  /** A run this long resets the delay. */
  healthyRunMs: number;
  /** The time between two network checks. */
  netRetryMs: number;
  /** A network that worked this recently is not checked again before a start. */
  netFreshMs: number;
  /** The first delay after a 409. */
  conflictFirstMs: number;
  /** A run this long without a 409 ends the conflict. */
  conflictClearMs: number;
  /** A new worker without a message for this long is stuck. */
  startLimitMs: number;
  /** A worker without a message for this long is not responding. */
  silentMs: number;
  /** How long an unresponsive or stalled worker may drain before SIGKILL. */
  hungDrainMs: number;
  /** Without a completed poll for this long, the network is checked. */
  pollOverdueMs: number;
  /** Without a completed poll for this long while the network works, the worker is stalled. */
  deafMs: number;
  /** From a stop request to SIGKILL. */
  stopMs: number;
  /** The same for a worker that will be replaced. */
  replaceMs: number;
  /** How long such a worker may still send. It is short because the user waits, and the next worker sends the rest. */
  replaceDrainMs: number;
  /** A worker above this is replaced between turns; 0: never. */
  maxRssBytes: number;
  /** A worker above this multiple of it is replaced even within a turn. */
  rssHardFactor: number;
  /** The time between two checks of the lock file. */
  lockCheckMs: number;
  /** A worker whose lease has ended this long ago, and that has not said that it stopped polling, is killed. */
  leaseGraceMs: number;
  /** A timer later than this means that the supervisor itself was stopped, or its host asleep. */
  lateMs: number;
  /** After this many crashes in a row, the supervisor sends a notice. */
  noticeFailures: number;
}

export function policyOf(config: Config): Policy {
  return {
    backoffBaseMs: config.CCBOT_RESTART_BACKOFF * 1_000,
    backoffMaxMs: config.CCBOT_BACKOFF_MAX * 1_000,
    healthyRunMs: config.CCBOT_HEALTHY_RUN_SEC * 1_000,
    netRetryMs: config.CCBOT_NET_RETRY_SEC * 1_000,
    netFreshMs: 60_000,
    // Telegram holds a poll for up to 50 s. Only after that can we notice that the other poller is gone.
    conflictFirstMs: 55_000,
    conflictClearMs: 60_000,
    startLimitMs: 30_000,
    // Four missed beats. With one second to drain, and the restart, a replacement takes less than 10 s.
    silentMs: 8_000,
    hungDrainMs: 1_000,
    // Telegram holds a poll for 50 s, and the worker gives up on it after 65 s.
    pollOverdueMs: 70_000,
    deafMs: 85_000,
    stopMs: 10_000,
    replaceMs: 5_000,
    replaceDrainMs: 1_000,
    maxRssBytes: config.CCBOT_WORKER_MAX_RSS_MB * 1_000_000,
    rssHardFactor: 1.5,
    lockCheckMs: 5_000,
    // Another machine may poll 1.5 s after the end of the lease.
    leaseGraceMs: 500,
    lateMs: 2_000,
    noticeFailures: 3,
  };
}

/**
 * The delay after `failures` crashes in a row, ms. The first restart is immediate, because most crashes are single ones
 * and the user is waiting. `chance` in [0, 1) varies the others by up to a quarter.
 */
export function crashDelay(policy: Policy, failures: number, chance: number): number {
  if (failures <= 1) return 0;
  return spread(policy.backoffBaseMs * 2 ** Math.min(failures - 2, 40), policy.backoffMaxMs, chance);
}

/** The delay after `conflicts` 409s in a row, ms. */
export function conflictDelay(policy: Policy, conflicts: number, chance: number): number {
  const first = policy.conflictFirstMs;
  // Never below the first delay, whatever the chance: Telegram must have ended the other poll by then.
  return Math.max(
    first,
    spread(first * 1.5 ** Math.min(conflicts - 1, 40), Math.max(first, policy.backoffMaxMs), chance),
  );
}

function spread(ms: number, most: number, chance: number): number {
  return Math.round(Math.min(most, Math.min(most, ms) * (0.75 + chance / 2)));
}
