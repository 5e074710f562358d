import { applyFigure, applyReset, type AccountLimit } from './limits';

const AT = 1_000_000_000;
const RESET = AT + 3_600_000;
const limit = (usedPercent: number, announced: number, resetsAt: number | null = RESET): AccountLimit => ({
  window: '5h',
  usedPercent,
  at: AT,
  announced,
  ...(resetsAt === null ? {} : { resetsAt }),
});
const news = (known: AccountLimit | undefined, usedPercent: number, resetsAt: number | null = RESET) =>
  applyFigure(known, { window: '5h', usedPercent, ...(resetsAt === null ? {} : { resetsAt }) }, AT + 1_000);

describe('a limit of an account', () => {
  it('is announced at 50, 75 and 90 percent, once each', () => {
    let known: AccountLimit | undefined;
    const all = [10, 49.9, 50, 60, 74, 76, 75, 91, 100, 100].map((used) => {
      const change = news(known, used);
      known = change.limit;
      return change.news;
    });
    expect(all.filter((change) => change !== null)).toEqual(
      [50, 75, 90].map((step) => ({ kind: 'step', step })),
    );
  });

  it('is announced once when it passes several steps at once, or is first reported late', () => {
    expect(news(undefined, 93).news).toEqual({ kind: 'step', step: 90 });
    expect(news(limit(93, 90), 95).news).toBeNull();
  });

  it('resets when another reset time is reported, which is announced if a step was', () => {
    expect(news(limit(93, 90), 2, RESET + 18_000_000)).toMatchObject({
      news: { kind: 'reset' },
      limit: { announced: 0 },
    });
    expect(news(limit(20, 0), 2, RESET + 18_000_000).news).toBeNull();
    expect(news(limit(93, 90), 55, RESET + 18_000_000).news).toEqual({ kind: 'step', step: 50 });
  });

  it('has not reset when its reset time is reported a little differently', () => {
    expect(news(limit(93, 90), 94, RESET + 2_000).news).toBeNull();
    expect(news(limit(93, 90), 94, RESET - 2_000).news).toBeNull();
  });

  it('resets by its usage alone when no reset time is reported', () => {
    expect(news(limit(93, 90, null), 3, null).news).toEqual({ kind: 'reset' });
    expect(news(limit(93, 90, null), 91, null).news).toBeNull();
  });

  it('is announced once at its reset, without a report of the agent', () => {
    const over = applyReset(limit(93, 90), RESET);
    expect(over?.news).toEqual({ kind: 'reset' });
    expect(applyReset(over?.limit as AccountLimit, RESET + 1)).toBeNull();
    expect(applyReset(limit(93, 90), RESET - 1)).toBeNull();
    expect(applyReset(limit(10, 0), RESET)).toBeNull();
    // The agent's first report of the new window is no second reset.
    expect(news(over?.limit, 1, RESET + 18_000_000).news).toBeNull();
  });
});
