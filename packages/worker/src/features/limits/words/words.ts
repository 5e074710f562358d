import { code } from '../../../words/markdown';
import { topic } from '../../../words/topic';
import { en } from './en';
import { ru } from './ru';
import { zh } from './zh';

/** Moments are ms since the epoch, percentages 0 to 100. A limit without `resetsAt` does not say when it resets. */
export const limitWords = topic('limits', { en, ru, zh }, (say, { when, distance }) => {
  /** A limit of an account by its window. A name that the agent chose stays as it is. */
  function limitName(window: string | undefined): string {
    if (window === undefined) return say('someLimit');
    if (window === '5h') return say('fiveHours');
    if (window === 'week') return say('week');
    return say('named', { name: code(window) });
  }
  return {
    menu: say('menu'),
    limited(name: string, window: string | undefined, resetsAt: number | undefined, now: number) {
      const values = { name: code(name), limit: limitName(window) };
      return resetsAt === undefined
        ? say('limited', values)
        : say('limitedUntil', { ...values, when: when(resetsAt, now) });
    },
    waitsForYou: say('waitsForYou'),
    continuesAt: (ms: number, now: number) => say('continuesAt', { when: when(ms, now) }),
    continueAt: (ms: number, now: number) => say('continueAt', { when: when(ms, now) }),
    continueNow: say('continueNow'),
    doNotContinue: say('doNotContinue'),
    continues: say('continues'),
    limitOver: (name: string) => say('limitOver', { name: code(name) }),
    step(
      agent: string,
      step: number,
      { window, usedPercent, resetsAt }: { window: string; usedPercent: number; resetsAt?: number },
      now: number,
    ) {
      const values = { agent, step, limit: limitName(window), used: Math.round(usedPercent) };
      return resetsAt === undefined
        ? say('step', values)
        : say('stepUntil', { ...values, when: when(resetsAt, now), distance: distance(resetsAt, now) });
    },
    reset: (agent: string, window: string) => say('reset', { agent, limit: limitName(window) }),
    usageOf: (name: string, figures: string) =>
      `${code(name)}: ${figures === '' ? say('noFiguresYet') : figures}`,
    limitsOf: (agent: string, lines: readonly string[]) =>
      say('head', { agent, list: lines.map((line) => `- ${line}`).join('\n') }),
    line(limit: { window: string; usedPercent: number; resetsAt?: number; at: number }, now: number) {
      const { window, usedPercent, resetsAt, at } = limit;
      const name = limitName(window);
      if (resetsAt !== undefined && resetsAt <= now)
        return say('lineOver', { limit: name, when: when(resetsAt, now) });
      const values = { limit: name, used: Math.round(usedPercent), reported: distance(at, now) };
      return resetsAt === undefined
        ? say('line', values)
        : say('lineUntil', { ...values, when: when(resetsAt, now), distance: distance(resetsAt, now) });
    },
    noFigures: say('noFigures'),
  };
});

export type LimitWords = ReturnType<(typeof limitWords)['words']>;
