import fc from 'fast-check';
import type { StreamRecord } from '../link';
import { continueFrom, isCurrent, isStored, laterOf, offsetOf } from './decide';

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
    expect(laterOf({ id: 9_000, at: DAY }, { id: 12, at: 10 * DAY })).toEqual({ id: 12, at: 10 * DAY });
  });
});

describe('an update', () => {
  it('is stored once, until Telegram begins with other ids', () => {
    fc.assert(
      fc.property(fc.nat(1_000), fc.nat(1_000), fc.nat(20), (id, next, days) => {
        const known = { id: next, at: 0 };
        expect(isStored(id, known, days * DAY)).toBe(days <= 6 && id < next);
        expect(offsetOf(known, days * DAY)).toBe(days <= 6 ? next : 0);
      }),
    );
    expect(isStored(1, null, 0)).toBe(false);
    expect(offsetOf(null, 0)).toBe(0);
  });

  it('of an earlier poller is refused behind one of a later', () => {
    expect([3, 4, 5].map((epoch) => isCurrent({ epoch }, 4))).toEqual([false, true, true]);
  });
});
