import { lazy } from '@ccbot/shared/lazy';
import type { Language } from './language';
import type { Say, Translator } from './translate';

const DAY_MS = 86_400_000;

/** The locale whose dates and numbers a language has here. */
const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', ru: 'ru-RU', zh: 'zh-CN' };

/** Moments, spans, sizes and numbers in a language, by Intl, in this machine's own time zone. */
export interface Moments {
  /** A moment as people say it, ms since the epoch: `at 04:42`, `tomorrow at 04:42`, `on Mon 30 Nov at 10:00`, with the year if it is another one. */
  when(ms: number, now: number): string;
  /** How long until or since a moment: `in 1 hr 23 min`, `5 min ago`; `now` within a minute. */
  distance(ms: number, now: number): string;
  /** A span of time on a card, ms: `7s`, `3m 05s`, `2h 05m`, `1d 3h`. Negative ones (a clock set back) are `0s`. */
  span(ms: number): string;
  /** The time of day, ms since the epoch: `14:05`. */
  time(ms: number): string;
  /** A day, ms since the epoch: `Mon 30 Nov`. */
  date(ms: number): string;
  /** A size, bytes: `812 byte`, `1.2 kB`, `48 MB`. */
  size(bytes: number): string;
  /** US dollars: `$0.12`. */
  money(usd: number): string;
  number(n: number): string;
}

type MomentTexts = Say<'moments'>;

type Unit = 'second' | 'minute' | 'hour' | 'day' | 'byte' | 'kilobyte' | 'megabyte' | 'gigabyte';

/** Formats a number with its unit. */
type FormatUnit = (
  n: number,
  unit: Unit,
  display: 'narrow' | 'short',
  options?: Intl.NumberFormatOptions,
) => string;

/**
 * A formatter of Intl is created at its first use, since its data takes memory, and once, since it is slow to create and a
 * card needs several every second.
 */
export function momentsIn(translator: Translator): Moments {
  const locale = LOCALES[translator.language];
  const t = translator.topic('moments');
  const days = dayFormats(locale);
  const formatUnit = unitFormats(locale);
  const moneyFormat = lazy(
    () =>
      new Intl.NumberFormat(locale, { style: 'currency', currency: 'USD', currencyDisplay: 'narrowSymbol' }),
  );
  const numberFormat = lazy(() => new Intl.NumberFormat(locale));
  return {
    time: days.time,
    date: days.date,
    money: (usd) => moneyFormat().format(usd),
    number: (n) => numberFormat().format(n),
    when: (ms, now) => whenText(t, days, ms, now),
    distance: (ms, now) => distanceText(t, formatUnit, ms, now),
    span: (ms) => spanText(formatUnit, ms),
    size: (bytes) => sizeText(formatUnit, bytes),
  };
}

/** Times and days, ms since the epoch. */
interface DayFormats {
  time(ms: number): string;
  date(ms: number): string;
  dateWithYear(ms: number): string;
}

function dayFormats(locale: string): DayFormats {
  const format = (options: Intl.DateTimeFormatOptions): (() => Intl.DateTimeFormat) =>
    lazy(() => new Intl.DateTimeFormat(locale, options));
  const time = format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const day = { weekday: 'short', day: 'numeric', month: 'short' } as const;
  const date = format(day);
  const dateWithYear = format({ ...day, year: 'numeric' });
  return {
    time: (ms) => time().format(ms),
    date: (ms) => date().format(ms).replace(',', ''),
    dateWithYear: (ms) => dateWithYear().format(ms).replace(',', ''),
  };
}

function unitFormats(locale: string): FormatUnit {
  const formats = new Map<string, Intl.NumberFormat>();
  return (n, unit, display, options = {}) => {
    const key = `${unit}:${display}:${JSON.stringify(options)}`;
    let format = formats.get(key);
    if (format === undefined) {
      format = new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: display, ...options });
      formats.set(key, format);
    }
    return format.format(n);
  };
}

function whenText(t: MomentTexts, { time, date, dateWithYear }: DayFormats, ms: number, now: number): string {
  const day = new Date(ms).toDateString();
  const isDayOf = (other: number): boolean => day === new Date(other).toDateString();
  if (isDayOf(now)) return t('today', { time: time(ms) });
  if (isDayOf(now + DAY_MS)) return t('tomorrow', { time: time(ms) });
  if (isDayOf(now - DAY_MS)) return t('yesterday', { time: time(ms) });
  const isThisYear = new Date(ms).getFullYear() === new Date(now).getFullYear();
  return t('onDay', { date: isThisYear ? date(ms) : dateWithYear(ms), time: time(ms) });
}

function distanceText(t: MomentTexts, formatUnit: FormatUnit, ms: number, now: number): string {
  const minutes = Math.round(Math.abs(ms - now) / 60_000);
  if (minutes === 0) return t('now');
  const days = Math.floor(minutes / 1_440);
  const hours = Math.floor(minutes / 60) % 24;
  // At most two units: minutes do not matter beyond a day.
  const counts: [number, Unit][] = [[hours, 'hour']];
  if (days > 0) counts.unshift([days, 'day']);
  else counts.push([minutes % 60, 'minute']);
  const span = counts
    .filter(([n]) => n > 0)
    .map(([n, unit]) => formatUnit(n, unit, 'short'))
    .join(' ');
  return ms > now ? t('in', { span }) : t('ago', { span });
}

function spanText(formatUnit: FormatUnit, ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const twoDigits = { minimumIntegerDigits: 2 };
  const count = (n: number, unit: Unit, options = {}): string => formatUnit(n, unit, 'narrow', options);
  if (minutes === 0) return count(seconds, 'second');
  if (hours === 0) return `${count(minutes, 'minute')} ${count(seconds % 60, 'second', twoDigits)}`;
  if (hours < 24) return `${count(hours, 'hour')} ${count(minutes % 60, 'minute', twoDigits)}`;
  return `${count(Math.floor(hours / 24), 'day')} ${count(hours % 24, 'hour')}`;
}

function sizeText(formatUnit: FormatUnit, bytes: number): string {
  const units: readonly Unit[] = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];
  let size = bytes;
  let i = 0;
  for (; size >= 1_024 && i < units.length - 1; i++) size /= 1_024;
  const maximumFractionDigits = i > 0 && size < 10 ? 1 : 0;
  return formatUnit(size, units[i] ?? 'byte', 'short', { maximumFractionDigits });
}
