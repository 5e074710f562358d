import type { Figures, LimitFigure, SessionEvent } from '../../sessions/events';
import { fields, number, text, type Fields } from '../record';

/** Names of limits, by the length of their window in minutes. */
const WINDOWS: ReadonlyMap<number, string> = new Map([
  [300, '5h'],
  [10_080, 'week'],
]);

/** Reads a `token_count` record: how full the context is, and how much of the account's limits is used. */
export function countEvents(payload: Fields, at: number): SessionEvent[] {
  const info = fields(payload['info']);
  const figures: Figures = {};
  const tokens = number(fields(info['last_token_usage'])['total_tokens']);
  if (tokens !== undefined) figures.contextTokens = tokens;
  const window = number(info['model_context_window']);
  if (window !== undefined && window > 0) figures.contextWindow = window;
  const rateLimits = fields(payload['rate_limits']);
  const limits = ['primary', 'secondary'].flatMap((name) => limitOf(fields(rateLimits[name]), at) ?? []);
  if (limits.length > 0) figures.limits = limits;
  const events: SessionEvent[] = Object.keys(figures).length > 0 ? [{ type: 'figures', at, figures }] : [];
  if (text(rateLimits['rate_limit_reached_type']) !== '') events.push(reachedEvent(limits, at));
  return events;
}

/** The account reached its limit. Of several limits, names the fullest. */
function reachedEvent(limits: readonly LimitFigure[], at: number): SessionEvent {
  const [most] = limits.toSorted((a, b) => b.usedPercent - a.usedPercent);
  return {
    type: 'limit.reached',
    at,
    ...(most === undefined ? {} : { window: most.window }),
    ...(most?.resetsAt === undefined ? {} : { resetsAt: most.resetsAt }),
  };
}

/** Reads one limit. Newer versions give the time of its reset, older ones the seconds until then. */
function limitOf(limit: Fields, at: number): LimitFigure | null {
  const usedPercent = number(limit['used_percent']);
  if (usedPercent === undefined) return null;
  const minutes = number(limit['window_minutes']);
  const window = minutes === undefined ? 'limit' : (WINDOWS.get(minutes) ?? `${minutes} min`);
  const resetTime = number(limit['resets_at']);
  const seconds = number(limit['resets_in_seconds']);
  let resetsAt: number | undefined;
  if (resetTime !== undefined) resetsAt = resetTime * 1_000;
  else if (seconds !== undefined) resetsAt = at + seconds * 1_000;
  return { window, usedPercent, ...(resetsAt === undefined ? {} : { resetsAt }) };
}
