import type { Family } from '@ccbot/shared/protocol/metrics';
import type { QueuedView } from '../outbox/model';
import { createFigures, createHistogram, type Figures, type Histogram } from './figures';

/** Bounds of the latencies, s: from imperceptible to a delay that users ask about. */
const BOUNDS = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** How many waiting views we time at once. Beyond that they wait for the network, not for us. */
const TIMED_MOST = 1_000;

/** The result of a call to Telegram, as far as we count it. The telegram room's `ApiResult` is such a result. */
export type CallResult = { ok: true } | { ok: false; failure: { kind: string; retryAfterMs?: number } };

/** What the worker counts and times since its start. The supervisor publishes it. Times are ms since the epoch. */
export interface Measures {
  /** Updates arrived and are on disk. */
  received(count: number): void;
  /** The text of an update that arrived at `receivedAt` is in the agent's input line. */
  typed(receivedAt: number, at: number): void;
  /** A session caused a queued view. One that already waits under the same key keeps its older time. */
  queued(view: QueuedView, at: number): void;
  /** Telegram is called for a queued view; only the first call for it is timed. */
  called(view: QueuedView, at: number): void;
  /** Nothing waits under the view's key any more. */
  settled(view: QueuedView): void;
  /** A call to Telegram returned. */
  answered(method: string, result: CallResult): void;
  /** The agent of each live session, and how many transcript lines were read since the start. */
  state(agents: readonly string[], lines: number): void;
  /** All families, or null if nothing has changed since the last call. */
  news(): Family[] | null;
}

interface MeasuresState {
  readonly figures: ReturnType<typeof createAllFigures>;
  /** When each waiting view was queued, by chat and key. */
  readonly waiting: Map<string, number>;
  hasChanged: boolean;
  /** What `state` was called with last; the agents sorted and joined. */
  last: { agents: string; lines: number };
}

/** Creates the measures, all at 0. */
export function createMeasures(): Measures {
  const state: MeasuresState = {
    figures: createAllFigures(),
    waiting: new Map(),
    hasChanged: true,
    last: { agents: '', lines: 0 },
  };
  const { updates, latencyIn } = state.figures;
  return {
    received(count) {
      updates.add(count);
      state.hasChanged = true;
    },
    typed(receivedAt, at) {
      latencyIn.observe(seconds(receivedAt, at));
      state.hasChanged = true;
    },
    queued: (view, at) => startTiming(state, view, at),
    called: (view, at) => observeCall(state, view, at),
    settled: (view) => void state.waiting.delete(keyOf(view)),
    answered: (method, result) => countCall(state, method, result),
    state: (agents, lines) => setState(state, agents, lines),
    news() {
      if (!state.hasChanged) return null;
      state.hasChanged = false;
      return Object.values<Figures | Histogram>(state.figures).map((figure) => figure.family());
    },
  };
}

/** The figures, in the order in which they are published. */
function createAllFigures() {
  return {
    updates: createFigures(
      'ccbot_updates_received_total',
      'counter',
      'Updates that came from Telegram and are on disk.',
      false,
    ),
    latencyIn: createHistogram(
      'ccbot_update_to_typed_seconds',
      'From an update on disk to its text in the input line of an agent.',
      BOUNDS,
    ),
    latencyOut: createHistogram(
      'ccbot_transcript_to_call_seconds',
      'From a transcript line, or another event of a session, to the call that shows it; live cards are held back on purpose (CARD_EDIT_LAG).',
      BOUNDS,
    ),
    calls: createFigures(
      'ccbot_telegram_calls_total',
      'counter',
      'Calls to Telegram by method and result.',
      true,
    ),
    tooMany: createFigures(
      'ccbot_telegram_429_total',
      'counter',
      'Calls that Telegram answered with 429, too many requests.',
      false,
    ),
    sessions: createFigures('ccbot_agent_sessions', 'gauge', 'Live sessions by agent.', true),
    lines: createFigures('ccbot_transcript_lines_total', 'counter', 'Lines read from transcripts.', false),
  };
}

/** Views without a session are not timed, nor are minor ones, which may wait. */
function startTiming({ waiting }: MeasuresState, view: QueuedView, at: number): void {
  const key = keyOf(view);
  const isTimed = view.session !== undefined && view.minor !== true;
  if (!isTimed || waiting.has(key) || waiting.size >= TIMED_MOST) return;
  waiting.set(key, at);
}

function observeCall(state: MeasuresState, view: QueuedView, at: number): void {
  const since = state.waiting.get(keyOf(view));
  if (since === undefined) return;
  state.waiting.delete(keyOf(view));
  state.figures.latencyOut.observe(seconds(since, at), { class: view.class });
  state.hasChanged = true;
}

function countCall(state: MeasuresState, method: string, result: CallResult): void {
  const outcome = outcomeOf(result);
  state.figures.calls.add(1, { method, result: outcome });
  if (outcome === '429') state.figures.tooMany.add(1);
  state.hasChanged = true;
}

function setState(state: MeasuresState, agents: readonly string[], linesRead: number): void {
  const { figures, last } = state;
  const counts = new Map<string, number>();
  for (const agent of agents) counts.set(agent, (counts.get(agent) ?? 0) + 1);
  const names = [...counts]
    .map(([agent, count]) => `${agent} ${count}`)
    .sort()
    .join(' ');
  if (names === last.agents && linesRead === last.lines) return;
  figures.sessions.clear();
  for (const [agent, count] of counts) figures.sessions.add(count, { agent });
  figures.lines.add(Math.max(0, linesRead - last.lines));
  state.last = { agents: names, lines: linesRead };
  state.hasChanged = true;
}

function keyOf({ chatId, key }: QueuedView): string {
  return `${chatId} ${key}`;
}

/** The clock may have been set back, so never negative. */
function seconds(from: number, to: number): number {
  return Math.max(0, to - from) / 1_000;
}

function outcomeOf(result: CallResult): string {
  if (result.ok) return 'ok';
  const { failure } = result;
  if (failure.kind === 'not-delivered') return failure.retryAfterMs === undefined ? 'not-delivered' : '429';
  return failure.kind;
}
