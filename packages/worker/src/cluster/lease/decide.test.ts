import fc from 'fast-check';
import {
  decideLease,
  initialLease,
  LEASE_MARGIN_MS,
  LEASE_MS,
  leaseDueAt,
  RENEW_MS,
  usableLease,
  type LeaseAction,
  type LeaseEvent,
  type LeaseRecord,
  type LeaseState,
} from './decide';
import { playLease, type Trouble } from './fixtures/play';

const self = { host: 'laptop', node: 'n1', instance: 'i1' };
const other: LeaseRecord = { host: 'server', node: 'n2', instance: 'i2', state: 'held' };

/** Feeds events to one machine, and answers what it decided last. */
function run(events: readonly LeaseEvent[]): { state: LeaseState; actions: readonly LeaseAction[] } {
  let state = initialLease(self);
  let actions: readonly LeaseAction[] = [];
  for (const event of events) [state, actions] = decideLease(state, event);
  return { state, actions };
}

const tick = (at: number): LeaseEvent => ({ at, type: 'tick' });
const answer = (at: number, revision: number, record: LeaseRecord | null): LeaseEvent => ({
  at,
  type: 'seen',
  lease: { revision, record },
  answer: true,
});
const written = (at: number, revision: number): LeaseEvent => ({ at, type: 'written', revision });
const taken = [tick(0), answer(1, 4, { ...other, state: 'free' }), written(2, 5)];

describe('taking the lease', () => {
  it('reads first, and takes at once what was given up', () => {
    expect(run([tick(0)]).actions).toEqual([{ do: 'read' }]);
    const record = { ...self, state: 'held' as const };
    expect(run(taken.slice(0, 2)).actions).toEqual([{ do: 'write', record, expected: 4 }]);
    const lease = { revision: 5, epoch: 5, endsAt: 1 + LEASE_MS - LEASE_MARGIN_MS };
    expect(run(taken).actions).toEqual([{ do: 'granted', lease }]);
  });

  it('takes at once what a dead worker of the same machine held', () => {
    const mine = { ...self, instance: 'i0', state: 'held' as const };
    expect(run([tick(0), answer(1, 4, mine)]).actions).toMatchObject([{ do: 'write', expected: 4 }]);
  });

  it.each([
    ['another machine holds', { ...other }, 4],
    ['nobody has ever written, as after a loss of data', null, 0],
  ])('waits for as long as a lease lasts where %s', (_what, record, revision) => {
    const { state } = run([tick(0), answer(100, revision, record)]);
    expect(leaseDueAt(state)).toBe(100 + LEASE_MS);
    expect(decideLease(state, tick(99 + LEASE_MS))[1]).toEqual([]);
    expect(decideLease(state, tick(100 + LEASE_MS))[1]).toMatchObject([{ do: 'write', expected: revision }]);
  });

  it('waits again after each renewal it sees, and ignores a watch that is late', () => {
    const { state } = run([
      tick(0),
      answer(0, 4, other),
      { at: 3_000, type: 'seen', lease: { revision: 5, record: other }, answer: false },
      { at: 6_000, type: 'seen', lease: { revision: 4, record: other }, answer: false },
    ]);
    expect(leaseDueAt(state)).toBe(3_000 + LEASE_MS);
  });

  it('does not hold what was granted too late', () => {
    const { state, actions } = run([...taken.slice(0, 2), written(1 + LEASE_MS, 5)]);
    expect(usableLease(state, 1 + LEASE_MS)).toBeNull();
    expect(actions).toMatchObject([{ do: 'write', expected: 5 }]);
  });
});

describe('holding the lease', () => {
  it('renews it, and counts its end from before the renewal', () => {
    const { state, actions } = run([...taken, tick(1 + RENEW_MS)]);
    expect(actions).toMatchObject([{ do: 'write', expected: 5 }]);
    const [next, extended] = decideLease(state, written(1 + RENEW_MS + 900, 6));
    const endsAt = 1 + RENEW_MS + LEASE_MS - LEASE_MARGIN_MS;
    expect(extended).toEqual([{ do: 'extended', lease: { revision: 6, epoch: 5, endsAt } }]);
    expect(usableLease(next, endsAt - 1)).not.toBeNull();
    expect(usableLease(next, endsAt)).toBeNull();
  });

  it('keeps it through a lost answer, with the revision that was stored', () => {
    const { state, actions } = run([
      ...taken,
      tick(1 + RENEW_MS),
      { at: 5_000, type: 'failed' },
      tick(5_500),
      answer(5_501, 6, { ...self, state: 'held' }),
    ]);
    expect(state.held).toMatchObject({ epoch: 5, revision: 6, endsAt: 1 + LEASE_MS - LEASE_MARGIN_MS });
    expect(actions).toMatchObject([{ do: 'write', expected: 6 }]);
  });

  it.each([
    ['another has it', 9, other],
    ['the cluster lost it, and another has it', 1, other],
    ['the cluster lost it', 0, null],
    ['the cluster lost it, and has an older one of its own', 2, { ...self, state: 'held' as const }],
  ])('ends when a refused renewal shows that %s', (_what, revision, record) => {
    const { actions } = run([
      ...taken,
      tick(1 + RENEW_MS),
      { at: 3_100, type: 'refused' },
      answer(3_200, revision, record),
    ]);
    expect(actions[0]).toEqual({ do: 'ended', why: 'taken' });
  });

  it('ends by itself when nothing is heard, however late the machine wakes up', () => {
    const { actions } = run([...taken, tick(1 + RENEW_MS), { at: 3_600_000, type: 'disconnected' }]);
    expect(actions[0]).toEqual({ do: 'ended', why: 'expired' });
  });

  it('lets it end while it rests, and takes it again only afterwards', () => {
    const { state, actions } = run([...taken, { at: 10, type: 'rest', until: 30_000 }, tick(1 + RENEW_MS)]);
    expect(actions).toEqual([]);
    const endsAt = 1 + LEASE_MS - LEASE_MARGIN_MS;
    expect(usableLease(state, endsAt - 1)).not.toBeNull();
    expect(leaseDueAt(state)).toBe(endsAt);
    const [ended, news] = decideLease(state, tick(endsAt));
    expect(news).toEqual([{ do: 'ended', why: 'expired' }]);
    expect(leaseDueAt(ended)).toBe(30_000);
    expect(decideLease(ended, tick(29_999))[1]).toEqual([]);
    expect(decideLease(ended, tick(30_000))[1]).toMatchObject([{ do: 'write', expected: 5 }]);
  });

  it('renews it again when its rest is ended early', () => {
    const { actions } = run([
      ...taken,
      { at: 10, type: 'rest', until: 30_000 },
      { at: 2 + RENEW_MS, type: 'rest', until: 2 + RENEW_MS },
    ]);
    expect(actions).toMatchObject([{ do: 'write', expected: 5 }]);
  });

  it('gives it up when it is told to stop, and takes it no more', () => {
    const { state, actions } = run([...taken, { at: 10, type: 'stop' }]);
    const record = { ...self, state: 'free' as const };
    expect(actions).toEqual([
      { do: 'ended', why: 'freed' },
      { do: 'write', record, expected: 5 },
    ]);
    expect(usableLease(state, 10)).toBeNull();
    const [freed, last] = decideLease(state, written(11, 6));
    expect(last).toEqual([]);
    expect(decideLease(freed, tick(1e6))[1]).toEqual([]);
    expect(leaseDueAt(freed)).toBeNull();
  });
});

const trouble: fc.Arbitrary<Trouble> = fc.oneof(
  fc.record({
    is: fc.constant('pause' as const),
    machine: fc.nat(2),
    at: fc.nat(60_000),
    ms: fc.nat(25_000),
  }),
  fc.record({ is: fc.constant('restart' as const), machine: fc.nat(2), at: fc.nat(60_000) }),
  fc.record({ is: fc.constant('stop' as const), machine: fc.nat(2), at: fc.nat(60_000) }),
  fc.record({ is: fc.constant('rest' as const), machine: fc.nat(2), at: fc.nat(60_000), ms: fc.nat(30_000) }),
  fc.record({ is: fc.constant('cut' as const), machine: fc.nat(2), at: fc.nat(60_000), ms: fc.nat(15_000) }),
  fc.record({ is: fc.constant('data lost' as const), at: fc.nat(60_000) }),
);

const world = fc.record({
  /** How fast each machine's clock runs. */
  rates: fc.tuple(...[0, 1, 2].map(() => fc.double({ min: 0.95, max: 1.05, noNaN: true }))),
  troubles: fc.array(trouble, { maxLength: 8 }),
  /** Lost messages, in percent. */
  loss: fc.nat(40),
  /** The longest delay of a message, ms. */
  delayMs: fc.nat(4_000),
  seed: fc.nat(),
});

describe('three machines', () => {
  it('never may poll at the same time, and each holder has a later epoch than those before', () => {
    fc.assert(
      fc.property(world, (given) => {
        const { overlaps, epochs } = playLease(given, 90_000);
        expect(overlaps).toEqual([]);
        expect(epochs).toEqual([...epochs].sort((a, b) => a - b));
        expect(new Set(epochs).size).toBe(epochs.length);
      }),
      { numRuns: 150, endOnFailure: true },
    );
  });

  it('always have a poller again soon after the trouble is over', () => {
    fc.assert(
      fc.property(world, (given) => {
        const calm = { ...given, loss: 0, delayMs: Math.min(50, given.delayMs) };
        const troubles = calm.troubles.filter(({ is }) => is !== 'stop');
        const { pollingAt } = playLease({ ...calm, troubles }, 130_000);
        expect(pollingAt(129_000)).toBe(1);
      }),
      { numRuns: 100, endOnFailure: true },
    );
  });

  it('has another poller within a lease and a second after one was killed', () => {
    const { pollingAt, holderAt } = playLease(
      { rates: [1, 1, 1], troubles: [], loss: 0, delayMs: 5, seed: 1 },
      20_000,
    );
    expect(pollingAt(19_000)).toBe(1);
    const machine = holderAt(19_000);
    for (let at = 20_000; at < 24_000; at += 250) {
      const troubles = [{ is: 'pause' as const, machine, at, ms: 100_000 }];
      const killed = playLease({ rates: [1, 1, 1], troubles, loss: 0, delayMs: 5, seed: 1 }, 60_000);
      expect(killed.pollingAt(at + LEASE_MS + 1_000)).toBe(1);
    }
  });
});
