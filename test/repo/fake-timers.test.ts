// Reads: test/own-fake-timers.cjs
import { AsyncResource } from 'node:async_hooks';
import OwnFakeTimers from '../own-fake-timers.cjs';

/** Another test file, which has ended. */
const ended = new AsyncResource('test file');

beforeAll(() => {
  ended.runInAsyncScope(() => new OwnFakeTimers({ config: {}, global: globalThis }));
});
beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('while a file uses fake timers', () => {
  it('lets those of a file that has ended pass in real time, and does not count them', async () => {
    const happened = ended.runInAsyncScope(() => [
      new Promise((resolve) => setTimeout(resolve, 1)),
      new Promise((resolve) => setImmediate(resolve)),
      new Promise<void>((resolve) => queueMicrotask(resolve)),
    ]);
    expect(jest.getTimerCount()).toBe(0);
    await Promise.all(happened);
  });

  it('holds its own until the file lets time pass', async () => {
    let fired = 0;
    setTimeout(() => fired++, 1);
    await Promise.resolve().then(() => setImmediate(() => fired++));
    expect(jest.getTimerCount()).toBe(2);
    await ended.runInAsyncScope(() => new Promise((resolve) => setTimeout(resolve, 5)));
    expect(fired).toBe(0);
    jest.advanceTimersByTime(1);
    expect(fired).toBe(2);
  });

  it('clears a timer of either kind', () => {
    clearTimeout(ended.runInAsyncScope(() => setTimeout(() => undefined, 60_000)));
    clearTimeout(setTimeout(() => undefined, 60_000));
    expect(jest.getTimerCount()).toBe(0);
  });
});
