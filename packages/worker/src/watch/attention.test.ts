import { createAttention, LINGER_MS, type Attention } from './attention';
import type { Session } from '../sessions/model';

let now: number;
let watched: [string, boolean][];
let attention: Attention;
const session = (createdAt = 0) => ({ id: 's', createdAt }) as Session;

beforeEach(() => {
  jest.useFakeTimers();
  now = 100_000;
  watched = [];
  attention = createAttention({
    windows: {
      watch(id, on) {
        watched.push([id, on]);
        return Promise.resolve();
      },
    },
    now: () => now,
    log: () => undefined,
  });
});
afterEach(() => jest.useRealTimers());

it('watches a moment longer than asked, so that a page that a command opens after the turn is seen', () => {
  attention.watch(session(), true);
  attention.watch(session(), false);
  jest.advanceTimersByTime(LINGER_MS - 1);
  attention.watch(session(), false); // asking again does not extend the time
  expect(watched).toEqual([['s', true]]);
  jest.advanceTimersByTime(1);
  expect(watched).toEqual([
    ['s', true],
    ['s', false],
  ]);
});

it('continues when something is typed or a turn begins meanwhile', () => {
  for (const again of [() => attention.watchNow('s'), () => attention.watch(session(), true)]) {
    attention.watch(session(), false);
    again();
    jest.advanceTimersByTime(LINGER_MS * 2);
  }
  expect(watched.map(([, on]) => on)).toEqual([true, true]);
});

it('keeps watching a held window until it is let go', () => {
  attention.hold('s', true);
  attention.watch(session(), false);
  jest.advanceTimersByTime(LINGER_MS * 2);
  expect(watched).toEqual([['s', true]]);
  attention.hold('s', false);
  jest.advanceTimersByTime(LINGER_MS);
  expect(watched.at(-1)).toEqual(['s', false]);
});

it('leaves no timer after release or stop', () => {
  for (const end of [() => attention.release('s'), () => attention.stop()]) {
    attention.watch(session(now), true);
    attention.watch(session(now), false);
    end();
    expect(jest.getTimerCount()).toBe(0);
  }
});
