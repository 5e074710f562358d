import type { LogFn } from '@ccbot/shared/log/logger';
import { tickTogether } from '@ccbot/shared/together';
import type { Cluster } from '../../cluster/cluster';
import type { Poll } from '../../telegram/poll';

/**
 * Without an answer of Telegram for this long, ms, a machine that polls lets another try. Under a lease, a poll is held for
 * less.
 */
const DEAF_MS = 20_000;

/** For how long it does not poll again, ms: twice as long as the others wait for the end of its lease. */
const REST_MS = 20_000;

/** Time between two checks, ms. */
const CHECK_MS = 1_000;

export interface DeafPollerDeps {
  cluster: Pick<Cluster, 'permit' | 'rest'> & { view: Pick<Cluster['view'], 'machines'> };
  poll: Pick<Poll, 'answers' | 'heldOff' | 'isStoring'>;
  /** Monotonic, ms. */
  clock(): number;
  log: LogFn;
}

/**
 * Lets another machine poll when Telegram does not answer this one. A machine that is alone polls on: nobody else could.
 * Returns what ends it.
 */
export function restWhileDeaf({ cluster, poll, clock, log }: DeafPollerDeps): () => void {
  let answers = poll.answers();
  let since = clock();
  let isResting = false;
  const ticking = tickTogether(CHECK_MS, () => {
    const now = clock();
    const hasAnswer = poll.answers() !== answers;
    answers = poll.answers();
    if (hasAnswer && isResting) {
      isResting = false;
      cluster.rest(0);
    }
    // Storing takes long where updates wait for another machine.
    const isAsking = !poll.heldOff() && !poll.isStoring() && cluster.permit.leftMs() > 0;
    if (hasAnswer || !isAsking) since = now;
    if (now - since < DEAF_MS) return;
    since = now;
    if (!cluster.view.machines().some(({ isSelf, isAway }) => !isSelf && !isAway)) return;
    log('warn', 'Telegram does not answer this machine: another one may poll');
    isResting = true;
    cluster.rest(REST_MS);
  });
  return () => ticking.stop();
}
