import type { Figures, LimitFigure, SessionEvent } from '../../sessions/events';
import { fields, number, text, type Fields } from '../record';

/** What limits are called, by the length of their window in minutes. */
const WINDOWS: ReadonlyMap<number, string> = new Map([
  [300, '5h'],
  [10_080, 'week'],
]);

/** What a `token_count` record tells: how full the context is, and how much of the account's limits is used. */
export function countEvents(payload: Fields, at: number): SessionEvent[] {
  const info = fields(payload['info']);
  const figures: Figures = {};
  const tokens = number(fields(info['last_token_usage'])['total_tokens']);
  if (tokens !== undefined) figures.contextTokens = tokens;
  const window = number(info['model_context_window']);
  if (window !== undefined && window > 0) figures.contextWindow = window;
  const told = fields(payload['rate_limits']);
  const limits = ['primary', 'secondary'].flatMap((name) => limitOf(fields(told[name]), at) ?? []);
  if (limits.length > 0) figures.limits = limits;
  const events: SessionEvent[] = Object.keys(figures).length > 0 ? [{ type: 'figures', at, figures }] : [];
  return text(told['rate_limit_reached_type']) === '' ? events : [...events, reachedEvent(limits, at)];
}

/** That the account's limit is reached; of several limits, the one that is used up most. */
function reachedEvent(limits: readonly LimitFigure[], at: number): SessionEvent {
  const [most] = limits.toSorted((a, b) => b.usedPercent - a.usedPercent);
  return {
    type: 'limit.reached',
    at,
    ...(most === undefined ? {} : { window: most.window }),
    ...(most?.resetsAt === undefined ? {} : { resetsAt: most.resetsAt }),
  };
}

/** One limit; its reset is a moment in newer versions, and seconds from now in older ones. */
function limitOf(limit: Fields, at: number): LimitFigure | null {
  const usedPercent = number(limit['used_percent']);
  if (usedPercent === undefined) return null;
  const minutes = number(limit['window_minutes']);
  const window = minutes === undefined ? 'limit' : (WINDOWS.get(minutes) ?? `${minutes} min`);
  const moment = number(limit['resets_at']);
  const seconds = number(limit['resets_in_seconds']);
  const resetsAt =
    moment !== undefined ? moment * 1_000 : seconds !== undefined ? at + seconds * 1_000 : undefined;
  return { window, usedPercent, ...(resetsAt === undefined ? {} : { resetsAt }) };
}
