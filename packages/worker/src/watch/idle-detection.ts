import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';
import type { Windows } from '../sessions/lifecycle/windows';
import type { Registry } from '../sessions/registry';
import type { Follower } from './follower';

/**
 * How long an agent must report without a break that it is idle, ms, before a turn whose end no record reports counts
 * as ended: its last records are written within some milliseconds.
 */
export const SETTLE_MS = 1_500;

export interface IdleDetectionDeps {
  registry: Pick<Registry, 'get' | 'dispatch'>;
  windows: Pick<Windows, 'discover'>;
  follower: Pick<Follower, 'caughtUp'>;
  now(): number;
  log: LogFn;
}

/** Ends turns that no record ends: an agent that is interrupted before it wrote anything takes the whole turn back. */
export interface IdleDetection {
  /** Asks the agent of a session whose turn seems to run. Does nothing while it is being asked already. */
  check(id: string): void;
  /** A hook reported that a turn ended at `at`, ms since the epoch; a record of that may never come. */
  stopped(id: string, at: number): void;
  release(id: string): void;
  stop(): void;
}

interface IdleState extends IdleDetectionDeps {
  /** Sessions whose agents are being asked, with the timer of the next question; null during one. */
  asking: Map<string, NodeJS.Timeout | null>;
  /** When a hook last reported the end of a turn. */
  stoppedAt: Map<string, number>;
}

/** A turn of a session. */
interface Turn {
  id: string;
  turn: number;
}

export function createIdleDetection(deps: IdleDetectionDeps): IdleDetection {
  const state: IdleState = { ...deps, asking: new Map(), stoppedAt: new Map() };
  return {
    check: (id) => check(state, id),
    stopped(id, at) {
      state.stoppedAt.set(id, at);
      check(state, id);
    },
    release(id) {
      state.stoppedAt.delete(id);
      release(state, id);
    },
    stop() {
      for (const id of [...state.asking.keys()]) release(state, id);
    },
  };
}

function check(state: IdleState, id: string): void {
  const { registry, asking } = state;
  const turn = registry.get(id)?.card.turn;
  if (turn === undefined || asking.has(id)) return;
  asking.set(id, null);
  ask(state, { id, turn }, 1).catch((error: unknown) => failed(state, id, error));
}

function release({ asking }: IdleState, id: string): void {
  clearTimeout(asking.get(id) ?? undefined);
  asking.delete(id);
}

/** Asks, and `repeats` times more: the last output of an agent may come just before it reports that it is idle. */
async function ask(state: IdleState, turn: Turn, repeats: number): Promise<void> {
  const { asking } = state;
  const since = await idleSince(state, turn);
  if (!asking.has(turn.id)) return;
  if (since !== null) return later(state, turn.id, () => endTurn(state, turn, since));
  if (repeats > 0) return later(state, turn.id, () => ask(state, turn, repeats - 1));
  asking.delete(turn.id);
}

/** When the agent became idle, if it reports that for the running turn; otherwise null. */
async function idleSince({ registry, windows }: IdleState, { id, turn }: Turn): Promise<number | null> {
  const session = registry.get(id);
  if (session?.card.phase !== 'working' || session.card.turn !== turn) return null;
  const live = await windows.discover(session);
  if (live?.status !== 'idle' || live.statusAt === undefined) return null;
  return live.statusAt >= (session.card.startedAt ?? 0) ? live.statusAt : null;
}

function later(state: IdleState, id: string, work: () => Promise<void>): void {
  const timer = setTimeout(() => {
    work().catch((error: unknown) => failed(state, id, error));
  }, SETTLE_MS);
  state.asking.set(id, timer);
}

async function endTurn(state: IdleState, turn: Turn, since: number): Promise<void> {
  const { registry, follower, asking, now } = state;
  await follower.caughtUp();
  const isStillIdle = (await idleSince(state, turn)) === since;
  if (!asking.delete(turn.id) || !isStillIdle) return;
  // The hook runs only when an agent ends its turn itself.
  const startedAt = registry.get(turn.id)?.card.startedAt ?? 0;
  const how = (state.stoppedAt.get(turn.id) ?? -1) >= startedAt ? 'done' : 'interrupted';
  const event = { type: 'turn.ended', at: since, how } as const;
  registry.dispatch(turn.id, [{ type: 'observed', at: now(), event }]);
}

function failed({ asking, log }: IdleState, id: string, error: unknown): void {
  asking.delete(id);
  log('info', 'agent not asked whether it is idle', { session: id, reason: reasonOf(error) });
}
