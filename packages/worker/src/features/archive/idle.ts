import { idleUntil, purgeable } from '../../sessions/machine/archiving';
import { isLive, type Session } from '../../sessions/model';
import type { Registry } from '../../sessions/registry';

/** The longest time between two looks, ms: a clock that jumps, or a computer that slept, is noticed within it. */
const LOOK_MS = 10 * 60_000;

/** What keeping the archive needs. */
export interface IdleDeps {
  registry: Registry;
  /** How long nothing may happen in a session before it goes to the archive, ms; 0: it never does. */
  afterMs(): number;
  /** How long a session stays in the archive, ms. */
  keepMs: number;
  /** Whether something is to be done in a session after all: a message waits for it, or its agent says that it works. */
  needed(session: Session): Promise<boolean>;
  /** Puts a session into the archive and closes its window. */
  archive(id: string): Promise<void>;
  now(): number;
  log(level: 'info' | 'warn' | 'error', text: string, meta?: Record<string, unknown>): void;
}

/** Puts sessions that nothing happens in into the archive, and forgets those that were there long enough. */
export interface IdleKeeper {
  start(): void;
  /** Looks now; resolves when what was due is done. */
  look(): Promise<void>;
  stop(): void;
}

/** Makes the keeper; it looks at nothing before `start`. */
export function createIdleKeeper(deps: IdleDeps): IdleKeeper {
  const { registry } = deps;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  async function look(): Promise<void> {
    const now = deps.now();
    registry.forget(purgeable(registry.all(), now, deps.keepMs).map(({ id }) => id));
    const afterMs = deps.afterMs();
    const due = registry.live().filter((session) => (idleUntil(session, afterMs) ?? Infinity) <= now);
    for (const session of due) {
      if (await deps.needed(session)) continue;
      // It may have been written to while its agent was asked.
      const is = registry.get(session.id);
      if (is !== undefined && isLive(is) && (idleUntil(is, afterMs) ?? Infinity) <= now)
        await deps.archive(is.id);
    }
  }

  function again(since = deps.now()): void {
    if (stopped) return;
    const afterMs = deps.afterMs();
    // What was due at the last look and is here still was needed: it is looked at with the others.
    const next = registry
      .live()
      .map((session) => idleUntil(session, afterMs) ?? Infinity)
      .filter((due) => due > since);
    const wait = Math.min(LOOK_MS, Math.max(1_000, Math.min(...next) - deps.now()));
    timer = setTimeout(() => {
      look()
        .catch((error: unknown) =>
          deps.log('error', 'the archive could not be kept', { error: String(error) }),
        )
        .finally(() => again());
    }, wait);
    timer.unref();
  }

  return {
    start: () => again(-Infinity),
    look,
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
