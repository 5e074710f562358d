import { isoTime } from '../iso-time';
import { fault, type Fault } from '../faults/fault';
import { classifyError, type Trouble } from './classify';
import { symptomOf } from './symptom';

/** Which requests had the trouble. */
export interface Way {
  /** `TELEGRAM_API_ROOT`. */
  readonly apiRoot: string;
  /** `TG_PROXY_URL`; empty: there is no proxy. */
  readonly proxyUrl: string;
  /** The settings file, where the user corrects both. */
  readonly file: string;
}

/** What happened and the one thing to do. Redact it: addresses can hold the token. `now`: ms since the epoch. */
export function adviceOf(trouble: Omit<Trouble, 'arrived'>, way: Way, now: number): Fault {
  return fault(trouble.code, {
    url: shownUrl(trouble.isAtProxy === true && way.proxyUrl !== '' ? way.proxyUrl : way.apiRoot),
    proxy: way.proxyUrl === '' ? 'of this network' : shownUrl(way.proxyUrl),
    file: way.file,
    clock: clockText(now),
    // The texts end their sentence.
    reason: withoutStop(trouble.reason) || 'no reason given',
  });
}

/** What to do about a program that could not be started. */
export function programAdvice(error: unknown): Fault {
  const { code, reason } = classifyError({ symptom: symptomOf(error) });
  return fault(code === 'LOCAL_LIMIT' ? code : 'LOCAL_PROGRAM', { reason: withoutStop(reason) });
}

/** An address without user, password and query. */
export function shownUrl(url: string): string {
  try {
    const { protocol, host, pathname } = new URL(url);
    return `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
  } catch {
    return 'an invalid address';
  }
}

/** Such as `2026-03-01 12:34 UTC`. */
function clockText(now: number): string {
  return Number.isFinite(now) && Math.abs(now) <= 8.64e15
    ? `${isoTime(now).slice(0, 16).replace('T', ' ')} UTC`
    : 'an impossible time';
}

function withoutStop(text: string): string {
  return text.endsWith('.') || text.endsWith(':') ? text.slice(0, -1) : text;
}
