import { NO_THREAD } from './model';
import { CHAT, openRig, want, type Rig } from './fixtures/rig';
import { CHAT_RATE } from './pace';

let rig: Rig;
beforeEach(async () => (rig = await openRig()));
afterEach(() => rig.close());

describe('the pace of the outbox', () => {
  it('obeys a retry_after, also after a restart', async () => {
    rig.telegram.fault({ method: 'sendMessage', kind: '429', retryAfter: 1, times: 1 });
    rig.outbox.start();
    rig.outbox.put(want('a', 'answer', 'patient'));
    const refused = await rig.telegram.waitFor(() => rig.telegram.calls.find((c) => c.status === 429));
    await rig.restart();
    rig.outbox.start();
    await rig.outbox.flush(10_000);
    const sent = rig.telegram.calls.findLast((c) => c.method === 'sendMessage' && c.status === 200);
    expect(Number((sent?.atNs ?? 0n) - refused.atNs) / 1e6).toBeGreaterThanOrEqual(990);
    expect(rig.texts()).toEqual(['patient']);
  });

  it.each([CHAT, 'all'] as const)('obeys a retry_after that another machine was told (%s)', async (chat) => {
    const since = process.hrtime.bigint();
    rig.outbox.hold(chat, 1_000);
    rig.outbox.hold(chat, 1); // no shorter than before
    await rig.restart();
    rig.outbox.put(want('a', 'answer', 'the answer'));
    rig.outbox.put(want('b', 'ask', 'the request'));
    rig.outbox.start();
    await rig.outbox.flush(10_000);
    const [first] = rig.telegram.calls.filter((c) => c.method === 'sendMessage');
    expect(Number((first?.atNs ?? 0n) - since) / 1e6).toBeGreaterThanOrEqual(990);
    expect(rig.texts()).toEqual(['the request', 'the answer']);
  });

  it('reports each retry_after, for the other machines', async () => {
    const held: unknown[] = [];
    const told = await openRig({ policy: { held: (...hold) => held.push(hold) } });
    try {
      told.telegram.fault({ method: 'sendMessage', kind: '429', retryAfter: 1, times: 1 });
      told.outbox.put(want('a', 'answer', 'patient'));
      await told.flush();
      expect(held).toEqual([[CHAT, 1_000]]);
    } finally {
      await told.close();
    }
  });

  it('keeps its pace when the clock is set back by days, also during a retry_after', async () => {
    let ahead = 3 * 24 * 3_600_000;
    const later = await openRig({
      now: () => Date.now() + ahead,
      policy: { chatRate: { burst: 4, perSecond: 2 } },
    });
    try {
      later.outbox.start();
      for (let i = 0; i < 6; i++) later.outbox.put(want(`answer ${i}`, 'answer', `answer ${i}`));
      later.outbox.put(want('card', 'card', 'one'));
      await later.telegram.waitFor(() => later.texts().length >= 4);
      later.telegram.fault({ method: 'sendMessage', kind: '429', retryAfter: 1, times: 1 });
      await later.telegram.waitFor(() => later.telegram.calls.find((c) => c.status === 429));
      ahead = 0;
      later.outbox.put(want('card', 'card', 'two'));
      expect(await later.outbox.flush(15_000)).toBe(true);
      later.outbox.put(want('card', 'card', 'three'));
      expect(await later.outbox.flush(15_000)).toBe(true);
      expect(later.texts().at(-1)).toBe('three');
    } finally {
      await later.close();
    }
  });

  it("stays below Telegram's limits after a first burst", async () => {
    await rig.close();
    rig = await openRig({ policy: { chatRate: CHAT_RATE } });
    rig.telegram.setPacing(true);
    for (let i = 0; i < 7; i++) rig.outbox.put(want(`n${i}`, 'notice', `n${i}`));
    await rig.flush();
    expect(rig.telegram.calls.filter((c) => c.status === 429)).toEqual([]);
    expect(rig.texts()).toHaveLength(7);
  });

  it('does not shorten a retry_after when the user writes', async () => {
    rig.telegram.fault({ method: 'sendMessage', kind: '429', retryAfter: 3600, times: 1 });
    rig.outbox.start();
    rig.outbox.put(want('a', 'answer', 'patient'));
    await rig.telegram.waitFor(() => rig.telegram.calls.some((c) => c.status === 429));
    rig.outbox.heard(7, NO_THREAD);
    rig.outbox.put(want('b', 'notice', 'another'));
    expect(await rig.outbox.flush(100)).toBe(false);
    expect(rig.calls('sendMessage')).toBe(1);
  });
});
