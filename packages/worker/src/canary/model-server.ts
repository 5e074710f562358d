import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { isFields, type Fields } from './json';
import { messagesEvents, messagesWhole, readMessages } from './messages';
import type { ModelReply, ModelRequest } from './model-api';
import { readResponses, responsesEvents } from './responses';

/** A fake model on loopback. It costs nothing and holds no secret. */
export interface ModelServer {
  url: string;
  /** All requests that carried tools, oldest first. */
  requests: readonly ModelRequest[];
  close(): Promise<void>;
}

/** Starts a server for the Messages API and the Responses API. Covers only what an agent needs for two turns. */
export async function startModelServer(reply: (request: ModelRequest) => ModelReply): Promise<ModelServer> {
  const requests: ModelRequest[] = [];
  let n = 0;
  const server = createServer((req, res) => {
    serve(req, res).catch(() => res.destroy()); // the agent hung up, or sent something else
  });

  async function serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of req as AsyncIterable<Buffer>) chunks.push(chunk);
    const api = /^\/v1\/(messages|responses)(?:\?|$)/.exec(req.url ?? '')?.[1];
    if (req.method !== 'POST' || api === undefined) {
      res.writeHead(req.method === 'HEAD' ? 200 : 404).end();
      return;
    }
    const body = parseBody(Buffer.concat(chunks));
    const request = api === 'messages' ? readMessages(body) : readResponses(body);
    if (request.hasTools) requests.push(request);
    const answer = request.hasTools ? reply(request) : { text: 'canary' };
    const model = String(body['model']);
    n += 1;
    if (api === 'responses') stream(res, responsesEvents(n, answer));
    else if (body['stream'] === true) stream(res, messagesEvents(n, model, answer));
    else {
      res.writeHead(200, { 'content-type': 'application/json' });
      res.end(JSON.stringify(messagesWhole(n, model, answer)));
    }
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the model server has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function parseBody(body: Buffer): Fields {
  const value: unknown = JSON.parse(body.toString('utf8'));
  if (!isFields(value)) throw new Error('the request is no JSON object');
  return value;
}

function stream(res: ServerResponse, events: readonly [string, Fields][]): void {
  res.writeHead(200, { 'content-type': 'text/event-stream' });
  res.end(
    events.map(([type, data]) => `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`).join(''),
  );
}
