import type { BotApi } from '../telegram/api';
import type { QueuedView } from '../outbox/model';
import type { ViewQueue } from '../outbox/store';
import type { Measures } from './measures';

/** The same Telegram, with every call counted. */
export function metered(api: BotApi, measures: Measures): BotApi {
  return {
    async call<T>(...[method, payload, options]: Parameters<BotApi['call']>) {
      const result = await api.call<T>(method, payload, options);
      measures.answered(method, result);
      return result;
    },
    rebuild: () => api.rebuild(),
  };
}

/** Who counts, and the clock. */
export interface Measured {
  /** Counts and times what passes; absent: nobody does. */
  measures?: Measures;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** The same views, each timed from when it was wished for to the call for it, which the outbox tells of. */
export function watched(
  views: ViewQueue,
  { measures, now }: Measured,
): { views: ViewQueue; onCall?(wanted: QueuedView): void } {
  if (measures === undefined) return { views };
  return {
    onCall: (wanted) => measures.called(wanted, now()),
    views: {
      ...views,
      put(wanted) {
        measures.wished(wanted, now());
        return views.put(wanted);
      },
      settle(row) {
        const over = views.settle(row);
        if (over) measures.over(row.queued);
        return over;
      },
    },
  };
}
