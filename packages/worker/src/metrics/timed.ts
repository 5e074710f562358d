import type { QueuedView } from '../outbox/model';
import type { Measures } from './measures';

/** The part of the view queue that is timed. */
interface Views {
  put(queued: QueuedView): QueuedView | undefined;
  settle(row: { queued: QueuedView }): boolean;
}

export interface Timing {
  /** Absent: nothing is timed. */
  measures?: Measures;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** The same view queue, with each view timed from `put` to the first call for it. The outbox reports calls to `onCall`. */
export function timed<Queue extends Views>(
  views: Queue,
  { measures, now }: Timing,
): { views: Queue; onCall?(queued: QueuedView): void } {
  if (measures === undefined) return { views };
  return {
    onCall: (queued) => measures.called(queued, now()),
    views: {
      ...views,
      put(queued: QueuedView) {
        measures.queued(queued, now());
        return views.put(queued);
      },
      settle(row: { queued: QueuedView }) {
        const isSettled = views.settle(row);
        if (isSettled) measures.settled(row.queued);
        return isSettled;
      },
    },
  };
}
