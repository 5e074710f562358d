import { NO_THREAD, threadOf } from '../outbox/model';
import { createThreads, type Threads } from './threads';

const [A, B] = [threadOf(11), threadOf(12)];
const [ADA, BOB] = [7, 8];

let stored: Map<string, string>;
let writes: number;
let threads: Threads;
beforeEach(() => {
  stored = new Map();
  writes = 0;
  threads = createThreads({
    get: (scope, key) => stored.get(`${scope} ${key}`),
    set(scope, key, value) {
      writes++;
      stored.set(`${scope} ${key}`, value);
    },
  });
});

describe('the thread of a session', () => {
  it('is the one from which the user last used it, for each user', () => {
    threads.used(ADA, A);
    threads.usedFor(ADA, 's', A);
    threads.used(ADA, B);
    threads.used(BOB, B);
    threads.usedFor(BOB, 's', B);
    expect([threads.ofSession(ADA, 's'), threads.ofSession(BOB, 's')]).toEqual([A, B]);
    threads.usedFor(ADA, 's', B);
    expect(threads.ofSession(ADA, 's')).toBe(B);
  });

  it('is where the user last wrote while they never used it', () => {
    expect(threads.ofSession(ADA, 's')).toBe(NO_THREAD);
    threads.used(ADA, A);
    expect(threads.ofSession(ADA, 's')).toBe(A);
    threads.used(ADA, B);
    expect(threads.ofSession(ADA, 's')).toBe(B);
  });

  it('stays the chat itself for a session that was used there', () => {
    threads.usedFor(ADA, 's', NO_THREAD);
    threads.used(ADA, A);
    expect(threads.ofSession(ADA, 's')).toBe(NO_THREAD);
  });

  it('costs a write only when it changes', () => {
    for (let i = 0; i < 5; i++) threads.used(ADA, A);
    for (let i = 0; i < 5; i++) threads.usedFor(ADA, 's', A);
    expect(writes).toBe(2);
  });

  it.each(['', 'x', '-1', '1.5', '1e99', 'NaN'])('is the chat itself if %j is stored', (value) => {
    stored.set(`chat:${ADA} thread`, value);
    stored.set(`session:s thread:${ADA}`, value);
    expect([threads.ofChat(ADA), threads.ofSession(ADA, 's')]).toEqual([NO_THREAD, NO_THREAD]);
  });
});
