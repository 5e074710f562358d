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
    panes: {
      watch(id, on) {
        watched.push([id, on]);
        return Promise.resolve();
      },
    },
    now: () => now,
    quietly: () => undefined,
  });
});
afterEach(() => jest.useRealTimers());

it('watches a moment longer than is wanted, so that what a command opens behind a turn is seen', () => {
  attention.watch(session(), true);
  attention.watch(session(), false);
  jest.advanceTimersByTime(LINGER_MS - 1);
  attention.watch(session(), false); // a look that says it again puts nothing off
  expect(watched).toEqual([['s', true]]);
  jest.advanceTimersByTime(1);
  expect(watched).toEqual([
    ['s', true],
    ['s', false],
  ]);
});

it('goes on when something is typed, or a turn begins, meanwhile', () => {
  for (const again of [() => attention.attend('s'), () => attention.watch(session(), true)]) {
    attention.watch(session(), false);
    again();
    jest.advanceTimersByTime(LINGER_MS * 2);
  }
  expect(watched.map(([, on]) => on)).toEqual([true, true]);
});

it('leaves a window alone that somebody keeps, until they do no longer', () => {
  attention.keep('s', true);
  attention.watch(session(), false);
  jest.advanceTimersByTime(LINGER_MS * 2);
  expect(watched).toEqual([['s', true]]);
  attention.keep('s', false);
  jest.advanceTimersByTime(LINGER_MS);
  expect(watched.at(-1)).toEqual(['s', false]);
});

it('has no timer left once a session is released, or all are stopped', () => {
  for (const end of [() => attention.release('s'), () => attention.stop()]) {
    attention.watch(session(now), true);
    attention.watch(session(now), false);
    end();
    expect(jest.getTimerCount()).toBe(0);
  }
});
