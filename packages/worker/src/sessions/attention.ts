import type { Panes } from '../terminal/panes';
import type { Session } from './model';

/** A window younger than this, ms, is not watched yet; agents take seconds to start. */
const SETTLE_MS = 300;

/** What watching needs. */
export interface AttentionDeps {
  panes: Pick<Panes, 'watch'>;
  now(): number;
  /** Takes work whose failure means only that a window went away. */
  quietly(work: Promise<unknown>): void;
}

/** Which windows' output is listened to. */
export interface Attention {
  watch(session: Session, on: boolean): void;
  release(id: string): void;
  stop(): void;
}

/**
 * Switches the watching of windows on and off; that of a window just opened a moment later: tmux 3.3a loses what a
 * program printed that ends while its output is being switched on (seen in 4 of 15 that ended at once), and
 * just that has to be told.
 */
export function createAttention(deps: AttentionDeps): Attention {
  const young = new Map<string, NodeJS.Timeout>();

  function release(id: string): void {
    clearTimeout(young.get(id));
    young.delete(id);
  }

  return {
    watch(session, on) {
      release(session.id);
      const age = deps.now() - session.createdAt;
      if (!on || age >= SETTLE_MS) return deps.quietly(deps.panes.watch(session.id, on));
      const begin = (): void => {
        young.delete(session.id);
        deps.quietly(deps.panes.watch(session.id, true));
      };
      young.set(session.id, setTimeout(begin, SETTLE_MS - age));
    },
    release,
    stop() {
      for (const id of [...young.keys()]) release(id);
    },
  };
}
