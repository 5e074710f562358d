import { passed, weigh, type KeptLimit } from './limits';

const AT = 1_000_000_000;
const RESET = AT + 3_600_000;
const limit = (usedPercent: number, told: number, resetsAt: number | null = RESET): KeptLimit => ({
  window: '5h',
  usedPercent,
  at: AT,
  told,
  ...(resetsAt === null ? {} : { resetsAt }),
});
const news = (kept: KeptLimit | undefined, usedPercent: number, resetsAt: number | null = RESET) =>
  weigh(kept, { window: '5h', usedPercent, ...(resetsAt === null ? {} : { resetsAt }) }, AT + 1_000);

describe('a limit of an account', () => {
  it('is told of at 50, 75 and 90 percent, each once', () => {
    let kept: KeptLimit | undefined;
    const told = [10, 49.9, 50, 60, 74, 76, 75, 91, 100, 100].map((used) => {
      const weighed = news(kept, used);
      kept = weighed.limit;
      return weighed.news;
    });
    expect(told.filter((one) => one !== null)).toEqual([50, 75, 90].map((step) => ({ tell: 'step', step })));
  });

  it('is told of once when several steps are passed at once, or it is met late', () => {
    expect(news(undefined, 93).news).toEqual({ tell: 'step', step: 90 });
    expect(news(limit(93, 90), 95).news).toBeNull();
  });

  it('begins anew with another reset, and that is told if something of the old one was', () => {
    expect(news(limit(93, 90), 2, RESET + 18_000_000)).toMatchObject({
      news: { tell: 'reset' },
      limit: { told: 0 },
    });
    expect(news(limit(20, 0), 2, RESET + 18_000_000).news).toBeNull();
    expect(news(limit(93, 90), 55, RESET + 18_000_000).news).toEqual({ tell: 'step', step: 50 });
  });

  it('is the same one when its reset is told a little differently', () => {
    expect(news(limit(93, 90), 94, RESET + 2_000).news).toBeNull();
    expect(news(limit(93, 90), 94, RESET - 2_000).news).toBeNull();
  });

  it('is taken for a new one by its use alone where no reset is told', () => {
    expect(news(limit(93, 90, null), 3, null).news).toEqual({ tell: 'reset' });
    expect(news(limit(93, 90, null), 91, null).news).toBeNull();
  });

  it('is told of at its reset once, without a word of the agent', () => {
    const over = passed(limit(93, 90), RESET);
    expect(over?.news).toEqual({ tell: 'reset' });
    expect(passed(over?.limit as KeptLimit, RESET + 1)).toBeNull();
    expect(passed(limit(93, 90), RESET - 1)).toBeNull();
    expect(passed(limit(10, 0), RESET)).toBeNull();
    // What the agent tells then of the new window is no second reset.
    expect(news(over?.limit, 1, RESET + 18_000_000).news).toBeNull();
  });
});
