import type { LimitFigure } from '../../sessions/events';

/** At how many percent of a limit the person is told, each once. */
const STEPS = [50, 75, 90] as const;

/**
 * Two times of a reset that differ by less than this, ms, are the same one: agents tell them by the second, and from
 * more than one of their sessions.
 */
const SAME_RESET_MS = 300_000;

/** What is known of one limit of an agent's account, kept on disk. Times are ms since the epoch. */
export interface KeptLimit extends LimitFigure {
  /** When the agent last told of it. */
  at: number;
  /** The highest of the steps that the person was told of, in this window; 0 for none. */
  told: number;
}

/** What the person is to be told of a limit. */
export type LimitNews = { tell: 'step'; step: number } | { tell: 'reset' };

/**
 * What a newly told figure makes of a limit, and what is worth telling: a step that was reached, each once a window;
 * a reset, if a step of the window before was told.
 */
export function weigh(
  kept: KeptLimit | undefined,
  figure: LimitFigure,
  at: number,
): { limit: KeptLimit; news: LimitNews | null } {
  const anew = kept !== undefined && isAnew(kept, figure, at);
  const before = kept === undefined || anew ? 0 : kept.told;
  const reached = STEPS.findLast((step) => figure.usedPercent >= step) ?? 0;
  const limit: KeptLimit = { ...figure, at, told: Math.max(before, reached) };
  if (reached > before) return { limit, news: { tell: 'step', step: reached } };
  return { limit, news: anew && kept.told > 0 ? { tell: 'reset' } : null };
}

/** The limit after the time of its reset, and that this is worth telling. Null when there is nothing to tell. */
export function passed(kept: KeptLimit, at: number): { limit: KeptLimit; news: LimitNews } | null {
  if (kept.resetsAt === undefined || kept.resetsAt > at || kept.told === 0) return null;
  // What is used of the new window nobody has told yet; that it has begun is known.
  return { limit: { ...kept, told: 0 }, news: { tell: 'reset' } };
}

function isAnew(kept: KeptLimit, figure: LimitFigure, at: number): boolean {
  if (kept.resetsAt !== undefined && figure.resetsAt !== undefined) {
    return figure.resetsAt - kept.resetsAt > SAME_RESET_MS;
  }
  // Without a time it shows by the use alone.
  return kept.resetsAt === undefined ? figure.usedPercent < kept.usedPercent - 10 : kept.resetsAt <= at;
}
