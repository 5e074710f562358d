import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messagesEvents, messagesWhole, readMessages } from './messages';
import { readResponses, responsesEvents } from './responses';

/** A tool call, in the agent's own name and shape. */
export interface Call {
  name: string;
  input: Readonly<Record<string, unknown>>;
}

/** What the canary's model answers to one request: a text, or a tool call that the agent is to ask leave for. */
export type Reply = { text: string } | Call;

/** What a request holds as far as the canary looks. */
export interface Asked {
  /** The texts of the person, without the agent's own reminders. */
  texts: readonly string[];
  /** Whether it ends with the result of a tool. */
  result: boolean;
  /** Whether it is one of a turn, and not one for a title or the like. */
  tools: boolean;
}

/** A model on loopback that costs nothing and knows no secret. */
export interface CanaryModel {
  url: string;
  /** Every request with tools, oldest first. */
  asked: readonly Asked[];
  close(): Promise<void>;
}

/** Speaks just as much of the Messages API and of the Responses API as an agent needs for two turns. */
export async function startCanaryModel(reply: (asked: Asked) => Reply): Promise<CanaryModel> {
  const asked: Asked[] = [];
  let n = 0;
  const server = createServer((req, res) => {
    serve(req, res).catch(() => res.destroy()); // the agent hung up
  });

  async function serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of req as AsyncIterable<Buffer>) chunks.push(chunk);
    const api = /^\/v1\/(messages|responses)(?:\?|$)/.exec(req.url ?? '')?.[1];
    if (req.method !== 'POST' || api === undefined) {
      res.writeHead(req.method === 'HEAD' ? 200 : 404).end();
      return;
    }
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown>;
    const request = api === 'messages' ? readMessages(body) : readResponses(body);
    if (request.tools) asked.push(request);
    const answer = request.tools ? reply(request) : { text: 'canary' };
    const model = String(body['model']);
    if (api === 'responses') stream(res, responsesEvents(++n, answer));
    else if (body['stream'] === true) stream(res, messagesEvents(++n, model, answer));
    else {
      res.writeHead(200, { 'content-type': 'application/json' });
      res.end(JSON.stringify(messagesWhole(++n, model, answer)));
    }
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function stream(res: ServerResponse, events: readonly [string, Record<string, unknown>][]): void {
  res.writeHead(200, { 'content-type': 'text/event-stream' });
  res.end(
    events.map(([type, data]) => `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`).join(''),
  );
}
