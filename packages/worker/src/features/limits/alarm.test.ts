import { createAlarm, LOOK_MS, type Alarm } from './alarm';

let due: number | undefined;
let rung: number[];
let logged: number;
let clock: number;
let fail: boolean;
let alarm: Alarm;

beforeEach(() => {
  jest.useFakeTimers();
  [due, rung, logged, clock, fail] = [undefined, [], 0, 1_000_000, false];
  alarm = createAlarm({
    next: () => due,
    ring(at) {
      if (fail) throw new Error('the disk is full');
      rung.push(at);
      due = undefined;
    },
    now: () => clock,
    log: () => logged++,
  });
});
afterEach(() => {
  alarm.stop();
  jest.useRealTimers();
});
const pass = (ms: number): void => {
  clock += ms;
  jest.advanceTimersByTime(ms);
};

describe('the alarm', () => {
  it('runs only while something is due', () => {
    alarm.set();
    expect(jest.getTimerCount()).toBe(0);
    due = clock + 5_000;
    alarm.set();
    pass(4_999);
    expect(rung).toEqual([]);
    pass(1);
    expect(rung).toHaveLength(1);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('rings at once for what was due while nobody was there', () => {
    due = clock - 1;
    alarm.set();
    pass(0);
    expect(rung).toHaveLength(1);
  });

  it('rings within a minute after the host slept past the time', () => {
    due = clock + 4 * 3_600_000;
    alarm.set();
    clock += 5 * 3_600_000; // the timers stood still meanwhile
    jest.advanceTimersByTime(LOOK_MS);
    expect(rung).toHaveLength(1);
  });

  it('tries again later when what is due cannot be done', () => {
    due = clock;
    fail = true;
    alarm.set();
    pass(0);
    pass(1_000);
    expect([rung.length, logged]).toEqual([0, 1]);
    fail = false;
    pass(LOOK_MS);
    expect(rung).toHaveLength(1);
  });

  it('is silent after its end', () => {
    due = clock + 10;
    alarm.set();
    alarm.stop();
    alarm.set();
    pass(LOOK_MS);
    expect(rung).toEqual([]);
  });
});
