import { reasonOf } from '@ccbot/shared/faults/fault';
import { pause } from '@ccbot/shared/pause';
import type { OutboxDeps } from './port';

/** What was posted longer ago than this, ms, is no longer edited: Telegram takes deletions for 48 hours. */
const POSTED_KEEP_MS = 7 * 24 * 3_600_000;

/** Time between two rounds, ms. */
const ROUND_MS = 3_600_000;

/** Rows that are deleted at once: a millisecond or two, for which everything else waits. */
const AT_ONCE = 500;

/** Time between two deletions of a round, ms. */
const BREATH_MS = 20;

/**
 * Forgets what was posted too long ago to be edited, until `signal` aborts. A table that has grown for a year does not
 * keep a message waiting.
 */
export async function keepPruning(
  { disk, clock, log }: Pick<OutboxDeps, 'disk' | 'clock' | 'log'>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    let isMore = false;
    try {
      isMore = disk.views.prune(clock.now() - POSTED_KEEP_MS, AT_ONCE) === AT_ONCE;
    } catch (error) {
      // a full disk is reported by whoever writes something that counts
      log('warn', 'posted messages not pruned', { reason: reasonOf(error) });
    }
    await pause(isMore ? BREATH_MS : ROUND_MS, signal);
  }
}
