import { wordsIn } from './words';

const { when: whenOf, distance: distanceOf } = wordsIn('en').moments;

const now = new Date(2026, 10, 25, 3, 20).getTime();
const at = (day: number, hour: number, minute: number): number =>
  new Date(2026, 10, day, hour, minute).getTime();

it('says a moment as people do, in the time of this machine', () => {
  expect(whenOf(at(25, 4, 5), now)).toBe('at 04:05');
  expect(whenOf(at(26, 0, 0), now)).toBe('tomorrow at 00:00');
  expect(whenOf(at(24, 23, 59), now)).toBe('yesterday at 23:59');
  expect(whenOf(at(30, 10, 0), now)).toBe('on Mon 30 Nov at 10:00');
  expect(whenOf(new Date(2027, 2, 4, 5, 6).getTime(), now)).toBe('on Thu 4 Mar 2027 at 05:06');
});

it('says how far a moment is', () => {
  expect(distanceOf(now + 20_000, now)).toBe('now');
  expect(distanceOf(now + 83 * 60_000, now)).toBe('in 1 hr 23 mins');
  expect(distanceOf(now + 120 * 60_000, now)).toBe('in 2 hrs');
  expect(distanceOf(now - 5 * 60_000, now)).toBe('5 mins ago');
  expect(distanceOf(now + 51 * 3_600_000, now)).toBe('in 2 days 3 hrs');
});
