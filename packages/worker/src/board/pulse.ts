import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';
import type { Outbox } from '../outbox/outbox';
import type { SessionInput } from '../sessions/machine/model';
import { isAtWork, type Session } from '../sessions/model';
import type { Board } from './model';

/**
 * How often the chats are updated while an agent works, ms: Telegram shows `typing…` for five seconds, and the clock on
 * a card need not be more exact.
 */
export const PULSE_MS = 4_000;

export interface PulseDeps {
  registry: {
    live(): readonly Session[];
    dispatch(id: string, inputs: readonly SessionInput[]): void;
  };
  /** Whether a request of the session is in the chat: then the agent is not typing. */
  waiting: { isShown(session: string): boolean };
  board: Pick<Board, 'chats' | 'active' | 'draws' | 'beat'>;
  outbox: Pick<Outbox, 'act'>;
  now(): number;
  log: LogFn;
}

/** Keeps the time while an agent works; holds no timer otherwise. */
export interface Pulse {
  /** An agent may have begun to work. */
  stir(): void;
  stop(): void;
}

interface PulseState extends PulseDeps {
  timer: NodeJS.Timeout | undefined;
  beats: number;
  isStopped: boolean;
}

/** Each beat ticks the working sessions that chats write to, and in turn one of the other working sessions. */
export function createPulse(deps: PulseDeps): Pulse {
  const state: PulseState = { ...deps, timer: undefined, beats: 0, isStopped: false };
  return {
    stir() {
      if (state.timer === undefined) beat(state, true);
    },
    stop() {
      state.isStopped = true;
      clearTimeout(state.timer);
    },
  };
}

function beat(state: PulseState, isFirst: boolean): void {
  const { registry, board } = state;
  state.timer = undefined;
  const working = registry.live().filter(isAtWork);
  if (working.length === 0 || state.isStopped) return;
  state.timer = setTimeout(() => beat(state, false), PULSE_MS);
  state.beats++;
  const watched = showTyping(state, working);
  if (isFirst) return; // a turn that begins is shown anyway
  const others = working.filter((session) => !watched.has(session));
  const other = others[state.beats % Math.max(1, others.length)];
  for (const { id } of other === undefined ? watched : [...watched, other])
    guarded(state, () => tick(state, id));
  guarded(state, () => board.beat());
}

/** Shows `typing…` in the chats whose agent works; returns the sessions of all chats that work. */
function showTyping({ board, waiting, outbox }: PulseState, working: readonly Session[]): Set<Session> {
  const watched = new Set<Session>();
  for (const chatId of board.chats) {
    const active = board.active(chatId)?.id;
    const session = working.find(({ id }) => id === active);
    if (session === undefined || !board.draws(chatId)) continue;
    watched.add(session);
    if (session.phase === 'ready' && !waiting.isShown(session.id))
      outbox.act({ chatId, thread: 'session', session: session.id, action: 'typing' });
  }
  return watched;
}

function tick({ registry, now }: PulseState, id: string): void {
  registry.dispatch(id, [{ type: 'ticked', at: now() }]);
}

function guarded({ log }: PulseState, work: () => void): void {
  try {
    work();
  } catch (error) {
    // A full disk: the next beat tries again.
    log('error', 'card not redrawn', { reason: reasonOf(error) });
  }
}
