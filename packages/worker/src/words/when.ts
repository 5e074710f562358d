import type { Language } from './language';
import type { Translator } from './translate';

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

type Unit = 'second' | 'minute' | 'hour' | 'day' | 'byte' | 'kilobyte' | 'megabyte' | 'gigabyte';

/** Makes them; what Intl needs is made once. */
export function momentsIn(translator: Translator): Moments {
  const locale = LOCALES[translator.language];
  const t = translator.topic('moments');
  const made = new Map<string, Intl.NumberFormat>();
  /** The formatters are slow to make and a card needs them every second. */
  function unit(
    n: number,
    of: Unit,
    unitDisplay: 'narrow' | 'short',
    options: Intl.NumberFormatOptions = {},
  ) {
    const key = `${of}:${unitDisplay}:${JSON.stringify(options)}`;
    let format = made.get(key);
    if (format === undefined) {
      format = new Intl.NumberFormat(locale, { style: 'unit', unit: of, unitDisplay, ...options });
      made.set(key, format);
    }
    return format.format(n);
  }
  const timeFormat = new Intl.DateTimeFormat(locale, {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const dateFormat = new Intl.DateTimeFormat(locale, { weekday: 'short', day: 'numeric', month: 'short' });
  const yearFormat = new Intl.DateTimeFormat(locale, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
  });
  const moneyFormat = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: 'USD',
    currencyDisplay: 'narrowSymbol',
  });
  const numberFormat = new Intl.NumberFormat(locale);
  const time = (ms: number): string => timeFormat.format(ms);
  const date = (ms: number): string => dateFormat.format(ms).replace(',', '');
  const dateWithYear = (ms: number): string => yearFormat.format(ms).replace(',', '');

  return {
    time,
    date,
    money: (usd) => moneyFormat.format(usd),
    number: (n) => numberFormat.format(n),
    when(ms, now) {
      const day = new Date(ms).toDateString();
      const is = (other: number): boolean => day === new Date(other).toDateString();
      if (is(now)) return t('today', { time: time(ms) });
      if (is(now + DAY_MS)) return t('tomorrow', { time: time(ms) });
      if (is(now - DAY_MS)) return t('yesterday', { time: time(ms) });
      const isThisYear = new Date(ms).getFullYear() === new Date(now).getFullYear();
      return t('onDay', { date: isThisYear ? date(ms) : dateWithYear(ms), time: time(ms) });
    },
    distance(ms, now) {
      const minutes = Math.round(Math.abs(ms - now) / 60_000);
      if (minutes === 0) return t('now');
      const [days, hours] = [Math.floor(minutes / 1_440), Math.floor(minutes / 60) % 24];
      const parts: [number, Unit][] =
        days > 0
          ? [
              [days, 'day'],
              [hours, 'hour'],
            ]
          : [
              [hours, 'hour'],
              [minutes % 60, 'minute'],
            ];
      const span = parts
        .filter(([n]) => n > 0)
        .map(([n, of]) => unit(n, of, 'short'))
        .join(' ');
      return ms > now ? t('in', { span }) : t('ago', { span });
    },
    span(ms) {
      const seconds = Math.max(0, Math.floor(ms / 1000));
      const two = { minimumIntegerDigits: 2 };
      const pair = (a: [number, Unit], b: [number, Unit], options = {}): string =>
        `${unit(a[0], a[1], 'narrow')} ${unit(b[0], b[1], 'narrow', options)}`;
      if (seconds < 60) return unit(seconds, 'second', 'narrow');
      if (seconds < 3600) return pair([Math.floor(seconds / 60), 'minute'], [seconds % 60, 'second'], two);
      if (seconds < 86_400) {
        return pair([Math.floor(seconds / 3600), 'hour'], [Math.floor(seconds / 60) % 60, 'minute'], two);
      }
      return pair([Math.floor(seconds / 86_400), 'day'], [Math.floor(seconds / 3600) % 24, 'hour']);
    },
    size(bytes) {
      const units: readonly Unit[] = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];
      let size = bytes;
      let i = 0;
      for (; size >= 1_024 && i < units.length - 1; i++) size /= 1_024;
      const maximumFractionDigits = i > 0 && size < 10 ? 1 : 0;
      return unit(size, units[i] ?? 'byte', 'short', { maximumFractionDigits });
    },
  };
}
