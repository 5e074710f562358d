import type { Figures } from '../../sessions/events';
import type { Session } from '../../sessions/model';
import type { Store } from '../../store/open';
import { applyFigure, applyReset, type AccountLimit, type LimitChange, type LimitNews } from './limits';
import type { AgentLimit, LimitStore } from './store';

export interface UsageDeps {
  limits: LimitStore;
  store: Pick<Store, 'tx'>;
  /** Tells the users with a session of the agent; called in the transaction that stores the limit. */
  announce(agent: string, limit: AccountLimit, news: LimitNews): void;
}

/** Follows the limits of the agents' accounts, and announces each piece of news once. */
export interface Usage {
  /** Takes the figures that an agent reported at `at`, ms since the epoch. */
  report(session: Session, figures: Figures, at: number): void;
  all(): AgentLimit[];
  /** When the next reset that will be announced is due, ms since the epoch. */
  nextDue(): number | undefined;
  /** Announces the resets that are due. */
  runDue(at: number): void;
}

export function createUsage(deps: UsageDeps): Usage {
  const { limits } = deps;
  return {
    report(session, figures, at) {
      for (const figure of figures.limits ?? []) {
        const known = limits.get(session.agent, figure.window);
        // Reports may arrive out of order.
        if (known !== undefined && known.at > at) continue;
        apply(deps, session.agent, applyFigure(known, figure, at));
      }
    },
    all: () => limits.all(),
    nextDue() {
      const due = limits
        .all()
        .flatMap(({ limit }) => (limit.announced > 0 && limit.resetsAt ? [limit.resetsAt] : []));
      return due.length === 0 ? undefined : Math.min(...due);
    },
    runDue(at) {
      for (const { agent, limit } of limits.all()) {
        const change = applyReset(limit, at);
        if (change !== null) apply(deps, agent, change);
      }
    },
  };
}

function apply({ limits, store, announce }: UsageDeps, agent: string, { limit, news }: LimitChange): void {
  store.tx(() => {
    limits.put(agent, limit);
    if (news !== null) announce(agent, limit, news);
  });
}
