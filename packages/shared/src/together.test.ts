import { tickTogether } from './together';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('what ticks together', () => {
  it('ticks at the same moments, whenever it began', () => {
    const at: [string, number][] = [];
    const start = (name: string) =>
      tickTogether(2_000, () => at.push([name, Math.floor(performance.now() / 2_000)]));
    const first = start('first');
    jest.advanceTimersByTime(700);
    const second = start('second');
    jest.advanceTimersByTime(6_000);
    const moments = (name: string): number[] => at.filter(([of]) => of === name).map(([, moment]) => moment);
    expect(moments('first')).toEqual(moments('second'));
    expect(moments('first')).toHaveLength(3);
    first.stop();
    jest.advanceTimersByTime(4_000);
    expect([moments('first').length, moments('second').length]).toEqual([3, 5]);
    second.stop();
    jest.advanceTimersByTime(10_000);
    expect(at).toHaveLength(8);
  });

  it('says how late it is, and misses no later moment', () => {
    const late: number[] = [];
    const { stop } = tickTogether(1_000, (lateMs) => late.push(Math.round(lateMs)));
    jest.advanceTimersByTime(1_000);
    const now = performance.now();
    // The event loop was blocked: the timer is handled 400 ms after it was due.
    jest.spyOn(performance, 'now').mockImplementation(() => now + 1_400);
    jest.advanceTimersByTime(1_000);
    expect(late).toEqual([0, 400]);
    jest.restoreAllMocks();
    stop();
  });
});
