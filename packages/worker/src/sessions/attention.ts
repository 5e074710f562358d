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
  /** Has a window watched whatever else is wanted, while a message waits for its screen to change. */
  keep(id: string, on: boolean): void;
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
  const kept = new Set<string>();
  /** Windows that nobody but who keeps them wants to have watched. */
  const unwanted = new Set<string>();

  function calm(id: string): void {
    clearTimeout(young.get(id));
    young.delete(id);
  }

  return {
    watch(session, on) {
      calm(session.id);
      if (on) unwanted.delete(session.id);
      else unwanted.add(session.id);
      if (!on && kept.has(session.id)) return;
      const age = deps.now() - session.createdAt;
      if (!on || age >= SETTLE_MS) return deps.quietly(deps.panes.watch(session.id, on));
      const begin = (): void => {
        young.delete(session.id);
        deps.quietly(deps.panes.watch(session.id, true));
      };
      young.set(session.id, setTimeout(begin, SETTLE_MS - age));
    },
    keep(id, on) {
      if (on) kept.add(id);
      else kept.delete(id);
      if (on) deps.quietly(deps.panes.watch(id, true));
      else if (unwanted.has(id)) deps.quietly(deps.panes.watch(id, false));
    },
    release(id) {
      calm(id);
      kept.delete(id);
      unwanted.delete(id);
    },
    stop() {
      for (const id of [...young.keys()]) calm(id);
    },
  };
}
