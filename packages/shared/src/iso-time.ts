/**
 * Such as `2026-11-30T20:26:15.123Z`: what `toISOString` of a date returns. In Node.js 20 that loads the time zones of ICU
 * first, which takes 1 MB of a program that needs them for nothing else.
 *
 * @param at Milliseconds since the epoch.
 * @throws {RangeError} when `at` is no time
 */
export function isoTime(at: number): string {
  const date = new Date(at);
  const year = date.getUTCFullYear();
  if (!(year >= 0 && year <= 9_999)) return date.toISOString();
  const day = `${padded(year, 4)}-${padded(date.getUTCMonth() + 1)}-${padded(date.getUTCDate())}`;
  const time = `${padded(date.getUTCHours())}:${padded(date.getUTCMinutes())}:${padded(date.getUTCSeconds())}`;
  return `${day}T${time}.${padded(date.getUTCMilliseconds(), 3)}Z`;
}

const padded = (value: number, digits = 2): string => String(value).padStart(digits, '0');
