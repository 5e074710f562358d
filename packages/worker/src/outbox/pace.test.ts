import { CHAT_RATE, fullBucket, spend, waitFor } from './pace';

describe('the pace of a chat', () => {
  it('allows a few calls at once after a quiet moment, then one a second', () => {
    let bucket = fullBucket(CHAT_RATE, 0);
    const waits: number[] = [];
    for (let i = 0; i < CHAT_RATE.burst + 2; i++) {
      const wait = waitFor(bucket, CHAT_RATE, 0);
      waits.push(wait);
      if (wait === 0) bucket = spend(bucket, CHAT_RATE, 0);
    }
    expect(waits).toEqual([0, 0, 0, 0, 1_000, 1_000]);
    expect(waitFor(bucket, CHAT_RATE, 1_000)).toBe(0);
  });

  it('never holds more than its burst, and a clock set back adds nothing', () => {
    const bucket = fullBucket(CHAT_RATE, 1_000_000);
    let b = bucket;
    for (let i = 0; i < CHAT_RATE.burst; i++) b = spend(b, CHAT_RATE, 9_000_000);
    expect(waitFor(b, CHAT_RATE, 9_000_000)).toBe(1_000);
    expect(waitFor(b, CHAT_RATE, 0)).toBe(1_000);
  });
});
