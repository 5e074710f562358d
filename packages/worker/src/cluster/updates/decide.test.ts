import fc from 'fast-check';
import type { StreamRecord } from '../link';
import { afterBatch, continueFrom, isCurrent, isStored, laterOf, offsetOf } from './decide';

const DAY = 24 * 3_600_000;
const record = (more: Partial<StreamRecord> = {}): StreamRecord => ({
  sequence: 9,
  subject: 's',
  body: '',
  epoch: 4,
  update: 70,
  at: 10 * DAY,
  ...more,
});

describe('a new poller', () => {
  it('continues behind the newest update, with an epoch later than every one before', () => {
    expect(continueFrom(record(), 12, null)).toEqual({ epoch: 12, next: { id: 71, at: 10 * DAY } });
    // The lease was lost with its bucket, and counts from the beginning.
    expect(continueFrom(record({ epoch: 40 }), 1, null).epoch).toBe(41);
  });

  it('continues where the one before it began, if that one stored nothing', () => {
    const noted = { id: 50, at: DAY };
    expect(continueFrom(record({ update: null }), 12, noted).next).toEqual(noted);
    expect(continueFrom(null, 12, null)).toEqual({ epoch: 12, next: null });
  });

  it('never asks for less than this machine knows, when the cluster lost its data', () => {
    const [mine, theirs] = [
      { id: 80, at: DAY },
      { id: 71, at: DAY },
    ];
    expect(laterOf(null, mine)).toEqual(mine);
    expect(laterOf(theirs, mine)).toEqual(mine);
    expect(laterOf(mine, theirs)).toEqual(mine);
    // Telegram began with other ids after a quiet week.
    expect(laterOf({ id: 90_000, at: DAY }, { id: 12, at: 10 * DAY })).toEqual({ id: 12, at: 10 * DAY });
  });

  it('continues behind the later of two close ids, however wrong the clock of either is', () => {
    const [later, earlier] = [
      { id: 80, at: DAY },
      { id: 71, at: 10 * DAY },
    ];
    expect(laterOf(later, earlier)).toEqual(later);
    expect(laterOf(earlier, later)).toEqual(later);
  });
});

describe('an update', () => {
  it('is stored once, until Telegram begins with other ids', () => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.nat(100_000), fc.nat(20), (id, next, days) => {
        const known = { id: next, at: 0 };
        expect(isStored(id, known, days * DAY)).toBe(id < next && (days <= 6 || next - id <= 10_000));
        expect(offsetOf(known, days * DAY)).toBe(days <= 6 ? next : 0);
      }),
    );
    expect(isStored(1, null, 0)).toBe(false);
    expect(offsetOf(null, 0)).toBe(0);
  });

  it('that Telegram repeats is not stored again, and is confirmed, however wrong the clock is', () => {
    const known = { id: 71, at: 0 };
    const at = 10 * DAY;
    expect([69, 70, 71].map((id) => isStored(id, known, at))).toEqual([true, true, false]);
    const next = afterBatch(known, 70, at);
    expect(next).toEqual({ id: 71, at });
    expect(offsetOf(next, at)).toBe(71);
    expect(afterBatch(known, 72, at)).toEqual({ id: 73, at });
    expect(afterBatch({ id: 90_000, at: 0 }, 12, at)).toEqual({ id: 13, at });
    expect(afterBatch(null, 12, at)).toEqual({ id: 13, at });
  });

  it('of an earlier poller is refused behind one of a later', () => {
    expect([3, 4, 5].map((epoch) => isCurrent({ epoch }, 4))).toEqual([false, true, true]);
  });
});
