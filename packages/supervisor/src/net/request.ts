import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { proxyAgentFor } from './proxy';

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
  /** The server's `Date` header. */
  date: string | undefined;
}

/** The rest of a longer response is dropped, characters. */
const RESPONSE_MAX = 100_000;

type SendRequest = (
  url: string,
  options: RequestOptions,
  onResponse: (response: IncomingMessage) => void,
) => ClientRequest;

/**
 * Sends a request over a new connection. Throws connection errors. Loads the HTTP modules on first use, to keep a
 * supervisor small that never needs them.
 */
export async function httpRequest(options: HttpRequest): Promise<HttpResponse> {
  const { url, method, timeoutMs } = options;
  const { request }: { request: SendRequest } = url.startsWith('https:')
    ? await import('node:https')
    : await import('node:http');
  const agent = await proxyAgentFor(url, options.proxyUrl);
  const body = options.body === undefined ? '' : JSON.stringify(options.body);
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method,
        agent: agent ?? false,
        headers:
          body === ''
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          if (text.length < RESPONSE_MAX) text += chunk;
        });
        response.on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, text, date: response.headers.date }),
        );
      },
    );
    const timer = setTimeout(() => sent.destroy(new Error('no response in time')), timeoutMs);
    sent.on('error', reject);
    sent.once('close', () => clearTimeout(timer));
    sent.end(body);
  });
}
