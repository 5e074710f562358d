import type { Figures } from '../../sessions/events';
import { passed, weigh, type KeptLimit, type LimitNews } from './limits';
import type { Session } from '../../sessions/model';

/** The accounts' limits, on disk, by the agent's id and the limit's window. */
export interface LimitStore {
  get(agent: string, window: string): KeptLimit | undefined;
  put(agent: string, limit: KeptLimit): void;
  all(): { agent: string; limit: KeptLimit }[];
}

/** What following the limits needs. */
export interface UsageDeps {
  limits: LimitStore;
  /** Tells everyone who has a session of this agent; part of the running transaction. */
  tell(agent: string, limit: KeptLimit, news: LimitNews): void;
  tx<T>(work: () => T): T;
}

/** Follows the limits of the agents' accounts: what is known of them, and what is worth telling, each once. */
export interface Usage {
  /** Takes what an agent told of its account. */
  take(session: Session, figures: Figures, at: number): void;
  all(): { agent: string; limit: KeptLimit }[];
  /** When the next reset is due that is worth telling, ms since the epoch. */
  next(): number | undefined;
  /** Tells of the resets that are due. */
  ring(at: number): void;
}

/** Makes it over what is on disk. */
export function createUsage(deps: UsageDeps): Usage {
  const { limits } = deps;

  function keep(agent: string, limit: KeptLimit, news: LimitNews | null): void {
    deps.tx(() => {
      limits.put(agent, limit);
      if (news !== null) deps.tell(agent, limit, news);
    });
  }

  return {
    take(session, figures, at) {
      for (const figure of figures.limits ?? []) {
        const kept = limits.get(session.agent, figure.window);
        // A line that was made earlier and comes later tells nothing new.
        if (kept !== undefined && kept.at > at) continue;
        const { limit, news } = weigh(kept, figure, at);
        keep(session.agent, limit, news);
      }
    },
    all: () => limits.all(),
    next() {
      const due = limits
        .all()
        .flatMap(({ limit }) => (limit.told > 0 && limit.resetsAt ? [limit.resetsAt] : []));
      return due.length === 0 ? undefined : Math.min(...due);
    },
    ring(at) {
      for (const { agent, limit } of limits.all()) {
        const over = passed(limit, at);
        if (over !== null) keep(agent, over.limit, over.news);
      }
    },
  };
}
