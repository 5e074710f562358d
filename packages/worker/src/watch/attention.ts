import type { Panes } from '../terminal/panes';
import type { Session } from '../sessions/model';

/** A window younger than this, ms, is not watched yet; agents take seconds to start. */
const SETTLE_MS = 300;

/**
 * A window is watched this much longer than it is wanted, ms: a page that a command opens comes a moment after the turn
 * behind which it was typed, and no record tells of it.
 */
export const LINGER_MS = 2_000;

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
  /** Has a window watched from now on, until {@link Attention.watch} says otherwise: something was typed into it. */
  attend(id: string): void;
  /** Has a window watched whatever else is wanted, while a message waits for its screen to change. */
  keep(id: string, on: boolean): void;
  release(id: string): void;
  stop(): void;
}

/**
 * Switches the watching of windows on and off; that of a window just opened a moment later: tmux 3.3a loses what a
 * program printed that ends while its output is being switched on (seen in 4 of 15 that ended at once), and
 * just that has to be told. And it is switched off a moment later.
 */
export function createAttention(deps: AttentionDeps): Attention {
  const young = new Map<string, NodeJS.Timeout>();
  const leaving = new Map<string, NodeJS.Timeout>();
  const kept = new Set<string>();
  /** Windows that nobody but who keeps them wants to have watched. */
  const unwanted = new Set<string>();

  function calm(id: string): void {
    clearTimeout(young.get(id));
    young.delete(id);
  }

  function stay(id: string): void {
    clearTimeout(leaving.get(id));
    leaving.delete(id);
  }

  function leave(id: string): void {
    if (leaving.has(id)) return;
    const end = (): void => {
      leaving.delete(id);
      if (unwanted.has(id) && !kept.has(id)) deps.quietly(deps.panes.watch(id, false));
    };
    leaving.set(id, setTimeout(end, LINGER_MS));
  }

  return {
    watch(session, on) {
      calm(session.id);
      if (!on) {
        unwanted.add(session.id);
        return leave(session.id);
      }
      unwanted.delete(session.id);
      stay(session.id);
      const age = Math.max(0, deps.now() - session.createdAt); // the clock may have been set back
      if (age >= SETTLE_MS) return deps.quietly(deps.panes.watch(session.id, true));
      const begin = (): void => {
        young.delete(session.id);
        deps.quietly(deps.panes.watch(session.id, true));
      };
      young.set(session.id, setTimeout(begin, SETTLE_MS - age));
    },
    attend(id) {
      unwanted.delete(id);
      stay(id);
      deps.quietly(deps.panes.watch(id, true));
    },
    keep(id, on) {
      if (on) kept.add(id);
      else kept.delete(id);
      if (on) deps.quietly(deps.panes.watch(id, true));
      else if (unwanted.has(id)) leave(id);
    },
    release(id) {
      calm(id);
      stay(id);
      kept.delete(id);
      unwanted.delete(id);
    },
    stop() {
      for (const id of [...young.keys()]) calm(id);
      for (const id of [...leaving.keys()]) stay(id);
    },
  };
}
