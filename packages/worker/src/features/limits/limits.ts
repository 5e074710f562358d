import type { LimitFigure } from '../../sessions/events';

/** The percentages of a limit at which users are told, once each. */
const STEPS = [50, 75, 90] as const;

/**
 * Reset times that differ by less than this, ms, are the same reset: agents report them to the second, and several
 * sessions of an agent report them.
 */
const SAME_RESET_MS = 300_000;

/** One limit of an agent's account. Times are ms since the epoch. */
export interface AccountLimit extends LimitFigure {
  /** When the agent last reported it. */
  at: number;
  /** The highest step that was announced since the last reset; 0 for none. */
  announced: number;
}

/** What users are told about a limit. */
export type LimitNews = { kind: 'step'; step: number } | { kind: 'reset' };

export interface LimitChange {
  limit: AccountLimit;
  news: LimitNews | null;
}

/** Takes a reported figure. A step is news once per window; a reset is news if a step was announced before it. */
export function applyFigure(known: AccountLimit | undefined, figure: LimitFigure, at: number): LimitChange {
  const hasReset = known !== undefined && isReset(known, figure, at);
  const before = known === undefined || hasReset ? 0 : known.announced;
  const reached = STEPS.findLast((step) => figure.usedPercent >= step) ?? 0;
  const limit: AccountLimit = { ...figure, at, announced: Math.max(before, reached) };
  if (reached > before) return { limit, news: { kind: 'step', step: reached } };
  return { limit, news: hasReset && known.announced > 0 ? { kind: 'reset' } : null };
}

/** The change at the time of the reset, without a report of the agent. Null when it is not due, or no news. */
export function applyReset(known: AccountLimit, at: number): LimitChange | null {
  if (known.resetsAt === undefined || known.resetsAt > at || known.announced === 0) return null;
  // The limit has reset; the agent has not yet reported how much of the new window is used.
  return { limit: { ...known, announced: 0 }, news: { kind: 'reset' } };
}

function isReset(known: AccountLimit, figure: LimitFigure, at: number): boolean {
  if (known.resetsAt !== undefined && figure.resetsAt !== undefined)
    return figure.resetsAt - known.resetsAt > SAME_RESET_MS;
  // Without a time, only lower usage shows a reset.
  return known.resetsAt === undefined ? figure.usedPercent < known.usedPercent - 10 : known.resetsAt <= at;
}
