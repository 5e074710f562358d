import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { wayTo } from './way';

/** What is asked of a server. */
export interface Question {
  url: string;
  method: 'HEAD' | 'POST';
  /** Sent as JSON. */
  body?: unknown;
  /** From the start to the last byte of the answer, ms. */
  timeoutMs: number;
  /** `TG_PROXY_URL`; empty: the direct way. */
  proxyUrl: string;
}

/** What a server answered. */
export interface Answered {
  status: number;
  text: string;
  /** The server's time as it told it, in the words of HTTP. */
  date: string | undefined;
}

/** The largest answer that is read, bytes. */
const ANSWER_MAX = 100_000;

type Request = (
  url: string,
  options: RequestOptions,
  onAnswer: (r: IncomingMessage) => void,
) => ClientRequest;

/**
 * Asks one question over a connection of its own. Throws what the connection throws. The modules are loaded at
 * the first use: a supervisor that needs them never stays small.
 */
export async function ask(question: Question): Promise<Answered> {
  const { url, method, timeoutMs } = question;
  const { request }: { request: Request } = url.startsWith('https:')
    ? await import('node:https')
    : await import('node:http');
  const agent = await wayTo(url, question.proxyUrl);
  const body = question.body === undefined ? '' : JSON.stringify(question.body);
  return new Promise((resolve, reject) => {
    const asked = request(
      url,
      {
        method,
        agent: agent ?? false,
        headers:
          body === ''
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => {
          if (text.length < ANSWER_MAX) text += chunk;
        });
        answer.on('error', reject);
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text, date: answer.headers.date }));
      },
    );
    const timer = setTimeout(() => asked.destroy(new Error('no answer in time')), timeoutMs);
    asked.on('error', reject);
    asked.once('close', () => clearTimeout(timer));
    asked.end(body);
  });
}
