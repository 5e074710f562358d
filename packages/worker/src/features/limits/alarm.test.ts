import { CHECK_INTERVAL_MS, createAlarm, type Alarm } from './alarm';

let due: number | undefined;
let ran: number[];
let logged: number;
let clock: number;
let fail: boolean;
let alarm: Alarm;

beforeEach(() => {
  jest.useFakeTimers();
  due = undefined;
  ran = [];
  logged = 0;
  clock = 1_000_000;
  fail = false;
  alarm = createAlarm({
    nextDue: () => due,
    runDue(at) {
      if (fail) throw new Error('the disk is full');
      ran.push(at);
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
  it('runs a timer only while something is due', () => {
    alarm.reschedule();
    expect(jest.getTimerCount()).toBe(0);
    due = clock + 5_000;
    alarm.reschedule();
    pass(4_999);
    expect(ran).toEqual([]);
    pass(1);
    expect(ran).toHaveLength(1);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('runs at once what was due while ccbot was not running', () => {
    due = clock - 1;
    alarm.reschedule();
    pass(0);
    expect(ran).toHaveLength(1);
  });

  it('runs within a minute after the host slept past the time', () => {
    due = clock + 4 * 3_600_000;
    alarm.reschedule();
    clock += 5 * 3_600_000; // the timers stood still meanwhile
    jest.advanceTimersByTime(CHECK_INTERVAL_MS);
    expect(ran).toHaveLength(1);
  });

  it('tries again later when due work fails', () => {
    due = clock;
    fail = true;
    alarm.reschedule();
    pass(0);
    pass(1_000);
    expect([ran.length, logged]).toEqual([0, 1]);
    fail = false;
    pass(CHECK_INTERVAL_MS);
    expect(ran).toHaveLength(1);
  });

  it('runs nothing after stop', () => {
    due = clock + 10;
    alarm.reschedule();
    alarm.stop();
    alarm.reschedule();
    pass(CHECK_INTERVAL_MS);
    expect(ran).toEqual([]);
  });
});
