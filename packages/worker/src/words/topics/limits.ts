import { code } from '../markdown';
import type { Speech } from '../translate';
import type { Moments } from '../when';

/** What ccbot says about the agents' limits and figures. Markdown. */
export type LimitWords = ReturnType<typeof limitWordsIn>;

/** Those words in a language. */
export function limitWordsIn(speech: Speech, { when, distance }: Pick<Moments, 'when' | 'distance'>) {
  const t = speech.topic('limits');
  /** A limit of an account by its window; one that the agent names itself keeps that name. */
  function limitName(window: string | undefined): string {
    if (window === undefined) return t('someLimit');
    if (window === '5h') return t('fiveHours');
    if (window === 'week') return t('week');
    return t('named', { name: code(window) });
  }
  return {
    when,
    limited: (name: string, window: string | undefined, resetsAt: number | undefined, now: number) => {
      const values = { name: code(name), limit: limitName(window) };
      return resetsAt === undefined
        ? t('limited', values)
        : t('limitedUntil', { ...values, when: when(resetsAt, now) });
    },
    resumeAsk: t('resumeAsk'),
    resumeAt: (at: string) => t('resumeAt', { when: at }),
    resumeNow: t('resumeNow'),
    resumeNot: t('resumeNot'),
    resumesAt: (at: string) => t('resumesAt', { when: at }),
    goesOn: t('goesOn'),
    limitOver: (name: string) => t('limitOver', { name: code(name) }),
    limitStep: (
      agent: string,
      window: string,
      step: number,
      percent: number,
      resetsAt: number | undefined,
      now: number,
    ) => {
      const values = { agent, step, limit: limitName(window), used: Math.round(percent) };
      return resetsAt === undefined
        ? t('step', values)
        : t('stepUntil', { ...values, when: when(resetsAt, now), distance: distance(resetsAt, now) });
    },
    limitReset: (agent: string, window: string) => t('reset', { agent, limit: limitName(window) }),
    usageOf: (name: string, figures: string) =>
      `${code(name)}: ${figures === '' ? t('noFiguresYet') : figures}`,
    limitsOf: (agent: string, lines: readonly string[]) =>
      t('head', { agent, list: lines.map((line) => `- ${line}`).join('\n') }),
    limitLine: (
      limit: { window: string; usedPercent: number; resetsAt?: number; at: number },
      now: number,
    ) => {
      const { window, usedPercent, resetsAt, at } = limit;
      const name = limitName(window);
      if (resetsAt !== undefined && resetsAt <= now)
        return t('lineOver', { limit: name, when: when(resetsAt, now) });
      const values = { limit: name, used: Math.round(usedPercent), told: distance(at, now) };
      return resetsAt === undefined
        ? t('line', values)
        : t('lineUntil', { ...values, when: when(resetsAt, now), distance: distance(resetsAt, now) });
    },
    noFigures: t('noFigures'),
  } as const;
}
