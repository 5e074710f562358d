import { createSeeking, SEEK_MS, type Seeking } from './seek';

let asked: { id: string; since: number; at: number }[];
let seeking: Seeking;

beforeEach(() => {
  jest.useFakeTimers({ now: 1_000 });
  asked = [];
  seeking = createSeeking({
    discover(id, since) {
      asked.push({ id, since, at: Date.now() });
      return id === 'broken' ? Promise.reject(new Error('gone')) : Promise.resolve();
    },
    isThere: () => true,
    now: () => Date.now(),
    log: () => undefined,
  });
});
afterEach(() => {
  seeking.stop();
  jest.useRealTimers();
});

describe('seeking the session of an agent without hooks', () => {
  it('asks a few times after a message was typed, for records since then', async () => {
    seeking.typed('s');
    await jest.advanceTimersByTimeAsync(60_000);
    const times = SEEK_MS.map((ms) => ({ id: 's', since: 1_000, at: 1_000 + ms }));
    expect(asked).toEqual(times);
    await jest.advanceTimersByTimeAsync(3_600_000);
    expect(asked).toEqual(times);
  });

  it('asks no more once it is stopped', async () => {
    seeking.typed('s');
    seeking.stop();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(asked).toEqual([]);
  });

  it('starts over with the next message', async () => {
    seeking.typed('s');
    await jest.advanceTimersByTimeAsync(500);
    seeking.typed('s');
    await jest.advanceTimersByTimeAsync(500);
    expect(asked.map(({ since }) => since)).toEqual([1_000, 1_500]);
  });

  it('asks no more once a hook reported the session, until it is over', async () => {
    seeking.typed('s');
    seeking.heard('s');
    seeking.typed('s');
    await jest.advanceTimersByTimeAsync(60_000);
    expect(asked).toEqual([]);
    seeking.release('s');
    seeking.typed('s');
    await jest.advanceTimersByTimeAsync(SEEK_MS[0] ?? 0);
    expect(asked).toHaveLength(1);
  });

  it('continues when the agent cannot be asked', async () => {
    seeking.typed('broken');
    await jest.advanceTimersByTimeAsync(60_000);
    expect(asked).toHaveLength(SEEK_MS.length);
  });
});
