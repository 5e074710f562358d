import type { Config } from '@ccbot/shared/config/schema';

/** What the machine decides by; times in ms. */
export interface Policy {
  /** The second restart of a crash loop waits this long; the first one does not wait. Doubled at each further one. */
  backoffBaseMs: number;
  backoffMaxMs: number;
  /** A run this long resets the backoff. */
  healthyRunMs: number;
  /** Time between two probes of the network. */
  netRetryMs: number;
  /** A network that proved itself this recently is not probed before a start. */
  netFreshMs: number;
  /** The first wait after a 409. */
  conflictFirstMs: number;
  /** A run that polls this long without a 409 ends the conflict. */
  conflictClearMs: number;
  /** A worker that has said nothing for this long after its start is stuck. */
  startLimitMs: number;
  /** A worker that has said nothing for this long is blocked. */
  silentMs: number;
  /** How long a blocked or deaf worker is given to drain before SIGKILL. */
  hungDrainMs: number;
  /** Without a completed poll for this long, the network is probed. */
  pollOverdueMs: number;
  /** Without a completed poll for this long while the network works, the worker is deaf. */
  deafMs: number;
  /** From the request to stop to SIGKILL. */
  stopMs: number;
  /** The same for a worker that is replaced. */
  replaceMs: number;
  /** How long that one may go on sending: somebody waits, and its successor sends what is left. */
  replaceDrainMs: number;
  /** Above this the worker is replaced between turns; 0: never. */
  maxRssBytes: number;
  /** At this multiple of it, also within a turn. */
  rssHardFactor: number;
  /** How often the lock file is looked at. */
  lockCheckMs: number;
  /** A timer that comes later than this found the supervisor itself stopped, or its host asleep. */
  lateMs: number;
  /** This many crashes in a row are told to the person. */
  noticeFailures: number;
}

/** The policy that the settings ask for. */
export function policyOf(config: Config): Policy {
  return {
    backoffBaseMs: config.CCBOT_RESTART_BACKOFF * 1_000,
    backoffMaxMs: config.CCBOT_BACKOFF_MAX * 1_000,
    healthyRunMs: config.CCBOT_HEALTHY_RUN_SEC * 1_000,
    netRetryMs: config.CCBOT_NET_RETRY_SEC * 1_000,
    netFreshMs: 60_000,
    // Telegram holds a poll for up to 50 s: only after that can the other poller's end show.
    conflictFirstMs: 55_000,
    conflictClearMs: 60_000,
    startLimitMs: 30_000,
    // Four beats missed. With the drain's second and the restart it stays within 10 s.
    silentMs: 8_000,
    hungDrainMs: 1_000,
    // A poll is held for 50 s and given up after 65 s by the worker itself.
    pollOverdueMs: 70_000,
    deafMs: 85_000,
    stopMs: 10_000,
    replaceMs: 5_000,
    replaceDrainMs: 1_000,
    maxRssBytes: config.CCBOT_WORKER_MAX_RSS_MB * 1_000_000,
    rssHardFactor: 1.5,
    lockCheckMs: 5_000,
    lateMs: 2_000,
    noticeFailures: 3,
  };
}

/**
 * The wait before the next start after `failures` crashes in a row, ms. The first is immediate: most crashes are
 * single ones, and somebody is waiting. `chance` in [0, 1) spreads the rest by a quarter to both sides.
 */
export function crashDelay(policy: Policy, failures: number, chance: number): number {
  if (failures <= 1) return 0;
  return spread(policy.backoffBaseMs * 2 ** Math.min(failures - 2, 40), policy.backoffMaxMs, chance);
}

/** The wait after `conflicts` refusals by 409 in a row, ms. */
export function conflictDelay(policy: Policy, conflicts: number, chance: number): number {
  const first = policy.conflictFirstMs;
  // Never sooner than the first wait, whatever the chance: the other poller's hold must have run out.
  return Math.max(
    first,
    spread(first * 1.5 ** Math.min(conflicts - 1, 40), Math.max(first, policy.backoffMaxMs), chance),
  );
}

function spread(ms: number, most: number, chance: number): number {
  return Math.round(Math.min(most, Math.min(most, ms) * (0.75 + chance / 2)));
}
