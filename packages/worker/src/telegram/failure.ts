import { classifyAnswer, classifyError, isMethodMissing, type Trouble } from '@ccbot/shared/net/classify';
import { symptomOf } from '@ccbot/shared/net/symptom';
import type { Refusal, SendFailure } from './api';

/** What an adapter knows of a failed call, free of any library's error classes. Texts are redacted. */
export interface RawFailure {
  /** The Bot API's error code or the HTTP status; absent when there was no answer. */
  status?: number;
  /** The Bot API's description; absent when the answer does not have the Bot API's form. */
  description?: string;
  contentType?: string;
  /** `parameters.retry_after`, seconds. */
  retryAfter?: number;
  /** Why there was no answer, and whether the call arrived. Absent: it is read from `errno` and `text`. */
  trouble?: Trouble;
  /** The system's error code, such as `ECONNREFUSED`; absent when there was an answer. */
  errno?: string;
  text: string;
}

/** What Telegram says of a topic that takes no messages: the server's own words, and errors that it passes on. */
const THREAD_GONE = [
  'message thread not found',
  'topic not found',
  'topic_closed',
  'topic_deleted',
  'topic_id_invalid',
  'topic is closed',
];

/** The wait after a 429 without `retry_after`, ms. */
const RETRY_AFTER_DEFAULT_MS = 3_000;

/** Answers about a failed call: did it arrive? */
export function failureOf(raw: RawFailure): SendFailure {
  const { status, text } = raw;
  if (status === undefined) return unanswered(raw);
  const trouble = classifyAnswer({ ...raw, status });
  if (trouble === null) {
    return { kind: 'refused', reason: refusalOf(status, raw.description ?? ''), code: status, text };
  }
  switch (trouble.code) {
    case 'TOKEN_REFUSED':
      return { kind: 'refused', reason: 'unauthorized', code: status, text, trouble };
    case 'API_PATH':
      return { kind: 'refused', reason: 'no-bot', code: status, text, trouble };
    case 'API_RATE': {
      const retryAfterMs = raw.retryAfter === undefined ? RETRY_AFTER_DEFAULT_MS : raw.retryAfter * 1_000;
      return { kind: 'not-delivered', text, retryAfterMs, trouble };
    }
    default:
      if (trouble.arrived === 'no') return { kind: 'not-delivered', text, trouble };
      return status >= 500 ? { kind: 'unknown', text, status, trouble } : { kind: 'unknown', text, trouble };
  }
}

function unanswered({ trouble, errno, text }: RawFailure): SendFailure {
  const known = trouble ?? classifyError({ symptom: symptomOf({ code: errno, message: text }) });
  return {
    kind: known.arrived === 'no' ? 'not-delivered' : 'unknown',
    text: text === '' ? known.reason : text,
    trouble: known,
  };
}

function refusalOf(status: number, description: string): Refusal {
  const d = description.toLowerCase();
  switch (status) {
    case 401:
      return 'unauthorized';
    case 403:
      return 'forbidden';
    case 404:
      return isMethodMissing(d) ? 'no-method' : 'other';
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
      if (THREAD_GONE.some((phrase) => d.includes(phrase))) return 'thread-gone';
      if (d.includes('query is too old') || d.includes('query id is invalid')) return 'query-too-old';
      if (d.includes('message is too long') || d.includes('file is too big')) return 'too-large';
      return 'other';
    default:
      return 'other';
  }
}
