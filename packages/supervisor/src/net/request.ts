import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { classifyError, type Trouble } from '@ccbot/shared/net/classify';
import { symptomOf } from '@ccbot/shared/net/symptom';
import { followRequest, type Trip } from '@ccbot/shared/net/trip';

export interface HttpRequest {
  url: string;
  method: 'HEAD' | 'POST';
  /** Sent as JSON. */
  body?: unknown;
  /** Limits the time from the start to the last byte of the response, ms. */
  timeoutMs: number;
  /** `TG_PROXY_URL`; empty: no proxy. */
  proxyUrl: string;
}

export interface HttpResponse {
  status: number;
  text: string;
  contentType: string;
  /** The server's `Date` header. */
  date: string | undefined;
}

/** A request that got no answer. The message is the trouble's reason, and may contain the token. */
export class NoAnswer extends Error {
  constructor(
    readonly trouble: Trouble,
    cause: unknown,
  ) {
    super(trouble.reason, { cause });
    this.name = 'NoAnswer';
  }
}

/** The rest of a longer response is dropped, characters. */
const RESPONSE_MAX = 100_000;

type SendRequest = (
  url: string,
  options: RequestOptions,
  onResponse: (response: IncomingMessage) => void,
) => ClientRequest;

/**
 * Sends a request over a new connection. Throws {@link NoAnswer}. Loads the HTTP modules on first use, to keep a
 * supervisor small that never needs them.
 */
export async function httpRequest(options: HttpRequest): Promise<HttpResponse> {
  const trip: Trip = { isSent: false };
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), options.timeoutMs);
  try {
    return await exchange(options, trip, late.signal);
  } catch (error) {
    const trouble = classifyError({
      symptom: symptomOf(trip.error ?? error),
      isSent: trip.isSent,
      isTimeout: late.signal.aborted,
      ...proxyHostOf(options.proxyUrl),
    });
    throw new NoAnswer(trouble, error);
  } finally {
    clearTimeout(timer);
  }
}

async function exchange(options: HttpRequest, trip: Trip, signal: AbortSignal): Promise<HttpResponse> {
  const { url, method, proxyUrl } = options;
  const { request }: { request: SendRequest } = url.startsWith('https:')
    ? await import('node:https')
    : await import('node:http');
  const { agentFactory } = await import('@ccbot/shared/net/agents');
  const makeAgent = await agentFactory({ url, proxyUrl });
  const body = options.body === undefined ? '' : JSON.stringify(options.body);
  const headers =
    body === '' ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, agent: makeAgent(), headers, signal }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        if (text.length < RESPONSE_MAX) text += chunk;
      });
      response.on('error', reject);
      response.on('end', () => {
        const { date, 'content-type': contentType } = response.headers;
        resolve({ status: response.statusCode ?? 0, text, contentType: contentType ?? '', date });
      });
    });
    followRequest(sent, trip);
    sent.on('error', reject);
    sent.end(body);
  });
}

function proxyHostOf(proxyUrl: string): { proxyHost?: string } {
  return proxyUrl === '' ? {} : { proxyHost: new URL(proxyUrl).hostname };
}
