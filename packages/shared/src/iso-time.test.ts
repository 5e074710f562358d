import fc from 'fast-check';
import { isoTime } from './iso-time';

it('is what a date says of any time', () => {
  fc.assert(
    fc.property(fc.date({ noInvalidDate: true }), (date) => {
      expect(isoTime(date.getTime())).toBe(date.toISOString());
    }),
  );
});

it.each([
  '0000-01-01T00:00:00.000Z',
  '0999-12-31T23:59:59.999Z',
  '2026-02-03T04:05:06.007Z',
  '9999-12-31T23:59:59.999Z',
])('reads back as the same time: %s', (text) => {
  expect(isoTime(Date.parse(text))).toBe(text);
});

it('refuses what is no time', () => {
  expect(() => isoTime(Number.NaN)).toThrow(RangeError);
  expect(() => isoTime(8.64e15 + 1)).toThrow(RangeError);
});
