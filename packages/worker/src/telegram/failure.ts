import type { Refusal, SendFailure } from './api';

/** What an adapter knows of a failed call, free of any library's error classes. */
export interface RawFailure {
  /** The Bot API's error code or the HTTP status; absent when there was no answer. */
  status?: number;
  /** The Bot API's description. */
  description?: string;
  /** `parameters.retry_after`, seconds. */
  retryAfter?: number;
  /** The system's error code, such as `ECONNREFUSED`; absent when there was an answer. */
  errno?: string;
  text: string;
}

/** Errors before a connection exists: the request was certainly not read. */
const BEFORE_CONNECT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETDOWN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'EADDRNOTAVAIL',
]);

/** The wait after a 429 without `retry_after`, ms. */
const RETRY_AFTER_DEFAULT_MS = 3_000;

/** Answers about a failed call: did it arrive? */
export function failureOf(raw: RawFailure): SendFailure {
  const { status, text } = raw;
  if (status === undefined) {
    return BEFORE_CONNECT.has(raw.errno ?? '') ? { kind: 'not-delivered', text } : { kind: 'unknown', text };
  }
  if (status === 429) {
    const retryAfterMs = raw.retryAfter === undefined ? RETRY_AFTER_DEFAULT_MS : raw.retryAfter * 1_000;
    return { kind: 'not-delivered', text, retryAfterMs };
  }
  // 421: the server itself says that the request was misdirected.
  if (status === 421) return { kind: 'not-delivered', text };
  if (status >= 500) return { kind: 'unknown', text, status };
  if (status < 400) return { kind: 'unknown', text };
  return { kind: 'refused', reason: refusalOf(status, raw.description ?? ''), code: status, text };
}

function refusalOf(status: number, description: string): Refusal {
  const d = description.toLowerCase();
  switch (status) {
    case 401:
      return 'unauthorized';
    case 403:
      return 'forbidden';
    case 404:
      return d.includes('method not found') ? 'no-method' : 'other';
    case 409:
      return d.includes('webhook') ? 'webhook' : 'conflict';
    case 413:
      return 'too-large';
    case 400:
      if (d.includes('message is not modified')) return 'not-modified';
      if (
        d.includes('message to edit not found') ||
        d.includes("message can't be edited") ||
        d.includes('message to delete not found') ||
        d.includes("message can't be deleted") ||
        d.includes('message_id_invalid')
      ) {
        return 'message-gone';
      }
      if (d.includes('query is too old') || d.includes('query id is invalid')) return 'query-too-old';
      if (d.includes('message is too long') || d.includes('file is too big')) return 'too-large';
      return 'other';
    default:
      return 'other';
  }
}
