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
  /** The turns about which agents are being asked, by session. */
  asking: Map<string, Turn>;
  /** When a hook last reported the end of a turn. */
  stoppedAt: Map<string, number>;
}

/** A turn of a session, about which its agent is asked. */
interface Turn {
  id: string;
  turn: number;
  timer?: NodeJS.Timeout;
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
  // Questions about the turn before say nothing of this one.
  if (turn === undefined || asking.get(id)?.turn === turn) return;
  release(state, id);
  const asked: Turn = { id, turn };
  asking.set(id, asked);
  ask(state, asked, 1).catch((error: unknown) => failed(state, asked, error));
}

function release({ asking }: IdleState, id: string): void {
  clearTimeout(asking.get(id)?.timer);
  asking.delete(id);
}

/** Ends the questions about a turn; false if they are over already. */
function finish({ asking }: IdleState, turn: Turn): boolean {
  return asking.get(turn.id) === turn && asking.delete(turn.id);
}

/** Asks, and `repeats` times more: the last output of an agent may come just before it reports that it is idle. */
async function ask(state: IdleState, turn: Turn, repeats: number): Promise<void> {
  const since = await idleSince(state, turn);
  if (state.asking.get(turn.id) !== turn) return;
  if (since !== null) return later(state, turn, () => endTurn(state, turn, since));
  if (repeats > 0) return later(state, turn, () => ask(state, turn, repeats - 1));
  finish(state, turn);
}

/** When the agent became idle, if it reports that for the running turn; otherwise null. */
async function idleSince({ registry, windows }: IdleState, { id, turn }: Turn): Promise<number | null> {
  const session = registry.get(id);
  if (session?.card.phase !== 'working' || session.card.turn !== turn) return null;
  const live = await windows.discover(session);
  if (live?.status !== 'idle' || live.statusAt === undefined) return null;
  return live.statusAt >= (session.card.startedAt ?? 0) ? live.statusAt : null;
}

function later(state: IdleState, turn: Turn, work: () => Promise<void>): void {
  turn.timer = setTimeout(() => {
    work().catch((error: unknown) => failed(state, turn, error));
  }, SETTLE_MS);
}

async function endTurn(state: IdleState, turn: Turn, since: number): Promise<void> {
  const { registry, follower, now } = state;
  await follower.caughtUp();
  const isStillIdle = (await idleSince(state, turn)) === since;
  if (!finish(state, turn) || !isStillIdle) return;
  // The hook runs only when an agent ends its turn itself.
  const startedAt = registry.get(turn.id)?.card.startedAt ?? 0;
  const how = (state.stoppedAt.get(turn.id) ?? -1) >= startedAt ? 'done' : 'interrupted';
  const event = { type: 'turn.ended', at: since, how } as const;
  registry.dispatch(turn.id, [{ type: 'observed', at: now(), event }]);
}

function failed(state: IdleState, turn: Turn, error: unknown): void {
  const { id } = turn;
  finish(state, turn);
  state.log('info', 'agent not asked whether it is idle', { session: id, reason: reasonOf(error) });
}
