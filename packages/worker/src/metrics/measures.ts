import type { Family } from '@ccbot/shared/protocol/metrics';
import { createFigures, createHistogram } from './figures';
import type { QueuedView } from '../outbox/model';
import type { ApiResult } from '../telegram/api';

/** Bounds of the latencies, s: from what nobody notices to what somebody asks about. */
const BOUNDS = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** More views than this at a time are not timed: they wait for the network, not for us. */
const TIMED_MOST = 1_000;

/** What the worker counts and times, since its start; told to the supervisor, which hands it on. */
export interface Measures {
  /** Updates came and are on disk. */
  received(count: number): void;
  /** What came at `receivedAt`, ms since the epoch, stands in the agent's input line now. */
  typed(receivedAt: number, at: number): void;
  /** Lines of a transcript were read and led to this wish; a wish that waits already keeps its older time. */
  wished(wanted: QueuedView, at: number): void;
  /** Telegram is called for a wish; only the first call for it is timed. */
  called(wanted: QueuedView, at: number): void;
  /** Nothing is wanted under the key any more. */
  over(wanted: QueuedView): void;
  /** A call to Telegram came to its end. */
  answered(method: string, result: ApiResult<unknown>): void;
  /** The sessions of each agent, and how many transcript lines were read since the start. */
  state(agents: readonly string[], lines: number): void;
  /** Everything, or null when nothing has changed since it was told last. */
  news(): Family[] | null;
}

/** Makes the measures; all are at 0. */
export function createMeasures(): Measures {
  const updates = createFigures(
    'ccbot_updates_received_total',
    'counter',
    'Updates that came from Telegram and are on disk.',
    false,
  );
  const latencyIn = createHistogram(
    'ccbot_update_to_typed_seconds',
    'From an update on disk to its text in the input line of an agent.',
    BOUNDS,
  );
  const latencyOut = createHistogram(
    'ccbot_transcript_to_call_seconds',
    'From a line of a transcript, or another event of a session, to the call that shows it; live cards are held back on purpose (CARD_EDIT_LAG).',
    BOUNDS,
  );
  const calls = createFigures(
    'ccbot_telegram_calls_total',
    'counter',
    'Calls to Telegram by method and by what they came to.',
    true,
  );
  const tooMany = createFigures(
    'ccbot_telegram_429_total',
    'counter',
    'Calls that Telegram answered with 429, too many requests.',
    false,
  );
  const sessions = createFigures('ccbot_agent_sessions', 'gauge', 'Live sessions by agent.', true);
  const lines = createFigures(
    'ccbot_transcript_lines_total',
    'counter',
    'Lines read from transcripts.',
    false,
  );
  const waiting = new Map<string, number>();
  const keyOf = ({ chatId, key }: QueuedView): string => `${chatId} ${key}`;
  const seconds = (from: number, to: number): number => Math.max(0, to - from) / 1_000;
  let changed = true;
  let known = { agents: '', lines: 0 };

  return {
    received(count) {
      updates.add(count);
      changed = true;
    },
    typed(receivedAt, at) {
      latencyIn.observe(seconds(receivedAt, at));
      changed = true;
    },
    wished(wanted, at) {
      const key = keyOf(wanted);
      const timed = wanted.session !== undefined && wanted.minor !== true;
      if (!timed || waiting.has(key) || waiting.size >= TIMED_MOST) return;
      waiting.set(key, at);
    },
    called(wanted, at) {
      const since = waiting.get(keyOf(wanted));
      if (since === undefined) return;
      waiting.delete(keyOf(wanted));
      latencyOut.observe(seconds(since, at), { class: wanted.class });
      changed = true;
    },
    over: (wanted) => void waiting.delete(keyOf(wanted)),
    answered(method, result) {
      const outcome = outcomeOf(result);
      calls.add(1, { method, result: outcome });
      if (outcome === '429') tooMany.add(1);
      changed = true;
    },
    state(agents, linesRead) {
      const names = [...agents].sort().join(' ');
      if (names === known.agents && linesRead === known.lines) return;
      sessions.clear();
      for (const agent of agents) sessions.add(1, { agent });
      lines.add(Math.max(0, linesRead - known.lines));
      known = { agents: names, lines: linesRead };
      changed = true;
    },
    news() {
      if (!changed) return null;
      changed = false;
      return [updates, latencyIn, latencyOut, calls, tooMany, sessions, lines].map((one) => one.family());
    },
  };
}

/** What a call came to, in a word. */
function outcomeOf(result: ApiResult<unknown>): string {
  if (result.ok) return 'ok';
  const { failure } = result;
  if (failure.kind === 'not-delivered') return failure.retryAfterMs === undefined ? 'not-delivered' : '429';
  return failure.kind;
}
