import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  echo,
  type Answer,
  type Block,
  type ModelRequest,
  type Pause,
  type Reply,
  type Rule,
  type WrittenText,
} from './script';
import { PATIENCE_MS } from '../patience';
import { RESPONSES } from './responses';
import { frame, MESSAGES, type Dialect, type StreamEvent } from './wire';

/** A scripted model on loopback that speaks the Messages API and the Responses API. */
export interface Model {
  /** For `ANTHROPIC_BASE_URL`; with `/v1` appended, the `base_url` of a Responses provider. */
  url: string;
  /** Every request with tools so far, in order. Small requests without tools are answered but not recorded. */
  requests: ModelRequest[];
  /** When each of these requests arrived and its answer ended, in the same order. */
  times: readonly RequestTimes[];
  /** Resolves with the first request that matches, past or future; rejects after `timeoutMs`. */
  waitFor(matches: (request: ModelRequest) => boolean, timeoutMs?: number): Promise<ModelRequest>;
  /** Number of requests that the agent aborted before the answer was complete. */
  abandoned(): number;
  /** Adds a rule before all others. */
  when(rule: Rule): void;
  close(): Promise<void>;
}

/** Monotonic, ns. */
export interface RequestTimes {
  /** The request's head was read. */
  arrivedNs: bigint;
  /** The last byte of the answer was written; absent before that. */
  answeredNs?: bigint;
}

/** Largest request, bytes; a long session sends a few megabytes. */
const BODY_MAX = 64 * 1024 * 1024;

/** An error with the HTTP status and the error name of the Messages API. */
class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly type: string,
    message: string,
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
  }
}

interface Endpoint {
  /** The first rule that answers wins. */
  readonly rules: Rule[];
  readonly requests: ModelRequest[];
  readonly times: RequestTimes[];
  /** Emits `request` for every recorded request. */
  readonly arrivals: EventEmitter;
  /** Answers so far; their ids count up. */
  answers: number;
  abandoned: number;
}

/** Starts the endpoint on a free port. It echoes the prompt when no rule answers. */
export async function startModel(rules: readonly Rule[] = []): Promise<Model> {
  const endpoint: Endpoint = {
    rules: [...rules],
    requests: [],
    times: [],
    arrivals: new EventEmitter(),
    answers: 0,
    abandoned: 0,
  };
  const server = createServer((req, res) => {
    res.on('close', () => {
      if (!res.writableFinished) endpoint.abandoned++;
    });
    serve(endpoint, req, res).catch((error: unknown) => refuse(res, error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests: endpoint.requests,
    times: endpoint.times,
    waitFor: (matches, timeoutMs = PATIENCE_MS) => waitFor(endpoint, matches, timeoutMs),
    abandoned: () => endpoint.abandoned,
    when: (rule) => endpoint.rules.unshift(rule),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(endpoint: Endpoint, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const times: RequestTimes = { arrivedNs: process.hrtime.bigint() };
  res.on('finish', () => (times.answeredNs ??= process.hrtime.bigint()));
  const path = (req.url ?? '').split('?')[0];
  if (req.method === 'HEAD') {
    res.writeHead(200).end(); // agents check this way whether the endpoint is up
    return;
  }
  const text = await bodyOf(req);
  if (req.method !== 'POST') throw new ApiError(404, 'not_found_error', `${req.method} ${path}`);
  switch (path) {
    case '/v1/messages':
      return answer(endpoint, { body: parse(text), times }, res, MESSAGES);
    case '/v1/responses':
      return answer(endpoint, { body: parse(text), times }, res, RESPONSES);
    case '/v1/messages/count_tokens':
      return json(res, 200, { input_tokens: Math.ceil(text.length / 4) });
    default:
      throw new ApiError(404, 'not_found_error', `POST ${path}`);
  }
}

async function answer(
  endpoint: Endpoint,
  { body, times }: { body: Record<string, unknown>; times: RequestTimes },
  res: ServerResponse,
  api: Dialect,
): Promise<void> {
  const request = api.read(body);
  if (request.tools.length > 0) {
    endpoint.requests.push(request);
    endpoint.times.push(times);
    endpoint.arrivals.emit('request');
  }
  const id = `${api.prefix}_${++endpoint.answers}`;
  const reply = replyTo(request, endpoint.rules);
  await reply.hold;
  if ('refuse' in reply) {
    const { status, type, message, headers } = reply.refuse;
    throw new ApiError(status, type, message, headers);
  }
  const model = String(body['model']);
  if (body['stream'] === true) return stream(res, id, model, reply, api);
  for (const pause of pausesOf(reply)) await pause.until;
  return json(res, 200, api.whole(id, model, blocksOf(reply)), reply.headers);
}

function replyTo(request: ModelRequest, rules: readonly Rule[]): Reply {
  for (const rule of rules) {
    const reply = rule(request);
    if (reply !== null) return reply;
  }
  return echo(request);
}

async function waitFor(
  { requests, arrivals }: Endpoint,
  matches: (request: ModelRequest) => boolean,
  timeoutMs: number,
): Promise<ModelRequest> {
  const signal = AbortSignal.timeout(timeoutMs);
  for (;;) {
    const found = requests.find(matches);
    if (found !== undefined) return found;
    await once(arrivals, 'request', { signal }).catch(() => {
      const prompts = requests.map((r) => JSON.stringify(r.prompt.slice(0, 60))).join(', ');
      throw new Error(`no such request within ${timeoutMs} ms; requests so far: ${prompts}`);
    });
  }
}

async function stream(
  res: ServerResponse,
  id: string,
  model: string,
  answer: Answer,
  api: Dialect,
): Promise<void> {
  res.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    ...answer.headers,
  });
  const send = (events: readonly StreamEvent[]): void => {
    if (!res.destroyed) res.write(events.map(frame).join(''));
  };
  send(api.opening(id, model));
  let index = 0;
  for (const block of answer.blocks) {
    if (block.type === 'pause') await block.until;
    else if (block.type === 'written') {
      send(api.text.open(id, index));
      for (const part of block.parts) {
        if (typeof part === 'string') send(api.text.piece(id, index, part));
        else await part.until;
      }
      send(api.text.close(id, index++, wholeText(block)));
    } else send(api.block(id, index++, block));
  }
  send(api.closing(id, blocksOf(answer)));
  res.end();
}

const wholeText = (block: WrittenText): string =>
  block.parts.filter((part) => typeof part === 'string').join('');

const blocksOf = (answer: Answer): Block[] =>
  answer.blocks
    .filter((block): block is Block | WrittenText => block.type !== 'pause')
    .map((block) => (block.type === 'written' ? { type: 'text', text: wholeText(block) } : block));

const pausesOf = (answer: Answer): Pause[] =>
  answer.blocks
    .flatMap((block): readonly (string | Block | Pause)[] =>
      block.type === 'written' ? block.parts : [block],
    )
    .filter((part): part is Pause => typeof part !== 'string' && part.type === 'pause');

function parse(text: string): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null) return body as Record<string, unknown>;
  } catch {
    // refused below, like any other body that is not an object
  }
  throw new ApiError(400, 'invalid_request_error', 'the body is not a JSON object');
}

function refuse(res: ServerResponse, error: unknown): void {
  const e = error instanceof ApiError ? error : new ApiError(500, 'api_error', String(error));
  if (res.headersSent) res.destroy();
  else json(res, e.status, { type: 'error', error: { type: e.type, message: e.message } }, e.headers);
}

function json(
  res: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  res.writeHead(status, { 'content-type': 'application/json', ...headers });
  res.end(JSON.stringify(body));
}

async function bodyOf(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > BODY_MAX) throw new ApiError(413, 'request_too_large', 'the request is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
