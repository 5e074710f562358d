import { restWhileDeaf } from './deaf-poller';

/** A machine that holds the lease, one second after the other. */
function machine({ others = true, held = true } = {}) {
  const rests: number[] = [];
  let answers = 0;
  let heldOff = false;
  let isStoring = false;
  const other = { host: 'bob', version: '1', startedAt: 0, seenAt: 0, isAway: !others, isSelf: false };
  const stop = restWhileDeaf({
    cluster: {
      permit: { wait: () => Promise.resolve(), leftMs: () => (held ? 5_000 : 0) },
      view: { machines: () => [other] },
      rest: (ms) => void rests.push(ms),
    },
    poll: { answers: () => answers, heldOff: () => heldOff, isStoring: () => isStoring },
    clock: () => Date.now(),
    log: () => undefined,
  });
  return {
    rests,
    stop,
    answer: () => void answers++,
    holdOff: () => void (heldOff = true),
    store: () => void (isStoring = true),
    pass: (seconds: number) => jest.advanceTimersByTime(seconds * 1_000),
  };
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('a machine that polls', () => {
  it('lets another poll when Telegram has not answered it for 20 seconds, and polls again when it does', () => {
    const { rests, pass, answer, stop } = machine();
    pass(19);
    expect(rests).toEqual([]);
    pass(2);
    expect(rests).toEqual([20_000]);
    answer();
    pass(1);
    expect(rests).toEqual([20_000, 0]);
    stop();
    pass(60);
    expect(rests).toHaveLength(2);
  });

  it('polls on while it is answered, refused for a while, storing what it got, or alone', () => {
    const answered = machine();
    for (let i = 0; i < 10; i++) {
      answered.pass(15);
      answered.answer();
    }
    answered.stop();
    const waiting = machine();
    waiting.holdOff();
    const storing = machine();
    storing.store();
    const alone = machine({ others: false });
    const standby = machine({ held: false });
    waiting.pass(60);
    for (const { rests, stop } of [answered, waiting, storing, alone, standby]) {
      expect(rests).toEqual([]);
      stop();
    }
  });
});
