import type { LiveSession } from '../agents/agent';
import type { SessionInput } from '../sessions/machine/model';
import type { Session } from '../sessions/model';

/**
 * How long an agent has to say without a break that it is idle, ms, before a turn whose end no record tells is taken
 * for ended: its last records are written within some milliseconds.
 */
export const SETTLE_MS = 1_500;

/** What settling needs. */
export interface IdleDetectionDeps {
  session(id: string): Session | undefined;
  /** What the agent itself says of the session in the window, or null. */
  ask(session: Session): Promise<LiveSession | null>;
  /** Resolves when every transcript has been read up to its present end. */
  caughtUp(): Promise<void>;
  dispatch(id: string, inputs: readonly SessionInput[]): void;
  now(): number;
  log(level: 'info' | 'warn' | 'error', text: string, meta?: Record<string, unknown>): void;
}

/** Ends turns that no record ends: an agent that is interrupted before it said anything takes the whole turn back. */
export interface IdleDetection {
  /** Asks the agent of a session whose turn runs, as far as its records tell. Does nothing while it asks already. */
  check(id: string): void;
  release(id: string): void;
  stop(): void;
}

/** Makes the settling; it asks nothing by itself. */
export function createIdleDetection(deps: IdleDetectionDeps): IdleDetection {
  /** Sessions being asked about; with a timer while the next question is waited for. */
  const asking = new Map<string, NodeJS.Timeout | null>();

  /** When the agent became idle, if it says so for the turn that runs; else null. */
  async function idleSince(id: string, turn: number): Promise<number | null> {
    const session = deps.session(id);
    if (session?.card.phase !== 'working' || session.card.turn !== turn) return null;
    const live = await deps.ask(session);
    if (live?.status !== 'idle' || live.statusAt === undefined) return null;
    return live.statusAt >= (session.card.startedAt ?? 0) ? live.statusAt : null;
  }

  /** Asks, and once more later: the last thing an agent prints may come just before it says that it is idle. */
  async function ask(id: string, turn: number, later: number): Promise<void> {
    const since = await idleSince(id, turn);
    if (!asking.has(id)) return;
    if (since !== null) return wait(id, () => end(id, turn, since));
    if (later > 0) return wait(id, () => ask(id, turn, later - 1));
    asking.delete(id);
  }

  function wait(id: string, then: () => Promise<void>): void {
    const timer = setTimeout(() => {
      then().catch((error: unknown) => failed(id, error));
    }, SETTLE_MS);
    asking.set(id, timer);
  }

  async function end(id: string, turn: number, since: number): Promise<void> {
    await deps.caughtUp();
    const same = (await idleSince(id, turn)) === since;
    if (!asking.delete(id) || !same) return;
    const event = { type: 'turn.ended', at: since, how: 'interrupted' } as const;
    deps.dispatch(id, [{ type: 'observed', at: deps.now(), event }]);
  }

  function failed(id: string, error: unknown): void {
    asking.delete(id);
    deps.log('info', 'an agent could not be asked what it does', { session: id, error: String(error) });
  }

  function release(id: string): void {
    clearTimeout(asking.get(id) ?? undefined);
    asking.delete(id);
  }

  return {
    check(id) {
      const turn = deps.session(id)?.card.turn;
      if (turn === undefined || asking.has(id)) return;
      asking.set(id, null);
      ask(id, turn, 1).catch((error: unknown) => failed(id, error));
    },
    release,
    stop() {
      for (const id of [...asking.keys()]) release(id);
    },
  };
}
