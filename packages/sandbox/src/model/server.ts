import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readRequest, type Block, type ModelRequest, type Reply, type Rule } from './script';

/** A scripted Messages API on loopback. */
export interface Model {
  /** For `ANTHROPIC_BASE_URL`. */
  url: string;
  /** Every request with tools so far. */
  requests: ModelRequest[];
  /** Puts a rule before the others. */
  when(rule: Rule): void;
  close(): Promise<void>;
}

/** The most bytes of a request; a long session's is a few megabytes. */
const BODY_MAX = 64 * 1024 * 1024;

/** Starts the endpoint on a free port. Without a rule that fits, it repeats what it was told. */
export async function startModel(rules: readonly Rule[] = []): Promise<Model> {
  const all = [...rules];
  const requests: ModelRequest[] = [];
  let count = 0;

  const server = createServer((req, res) => {
    serve(req, res).catch((error: unknown) => {
      if (!res.headersSent) res.writeHead(500, { 'content-type': 'application/json' });
      res.end(JSON.stringify({ type: 'error', error: { type: 'api_error', message: String(error) } }));
    });
  });

  async function serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const path = (req.url ?? '').split('?')[0];
    const text = await bodyOf(req);
    if (req.method === 'POST' && path === '/v1/messages') {
      const body = JSON.parse(text) as Record<string, unknown>;
      const request = readRequest(body);
      if (request.tools.length > 0) requests.push(request);
      const reply = answer(request);
      await reply.hold;
      const id = `msg_${++count}`;
      if (body['stream'] === true) stream(res, id, String(body['model']), reply.blocks);
      else whole(res, id, String(body['model']), reply.blocks);
      return;
    }
    if (req.method === 'POST' && path === '/v1/messages/count_tokens') {
      res.writeHead(200, { 'content-type': 'application/json' });
      res.end(JSON.stringify({ input_tokens: Math.ceil(text.length / 4) }));
      return;
    }
    res.writeHead(req.method === 'HEAD' ? 200 : 404, { 'content-type': 'application/json' });
    res.end(
      req.method === 'HEAD'
        ? undefined
        : JSON.stringify({ type: 'error', error: { type: 'not_found_error', message: String(path) } }),
    );
  }

  function answer(request: ModelRequest): Reply {
    for (const rule of all) {
      const reply = rule(request);
      if (reply !== null) return reply;
    }
    const [result] = request.results;
    return {
      blocks: [
        { type: 'text', text: result === undefined ? `You said: ${request.prompt}` : `Done: ${result}` },
      ],
    };
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    when: (rule) => all.unshift(rule),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function bodyOf(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > BODY_MAX) throw new Error('the request is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const usage = {
  input_tokens: 100,
  output_tokens: 20,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
};
const stopReason = (blocks: readonly Block[]): string =>
  blocks.some((b) => b.type === 'tool_use') ? 'tool_use' : 'end_turn';

function whole(res: ServerResponse, id: string, model: string, blocks: readonly Block[]): void {
  res.writeHead(200, { 'content-type': 'application/json' });
  const content = blocks.map((b, i) => (b.type === 'text' ? b : { ...b, id: `toolu_${id}_${i}` }));
  res.end(
    JSON.stringify({
      id,
      type: 'message',
      role: 'assistant',
      model,
      content,
      stop_reason: stopReason(blocks),
      stop_sequence: null,
      usage,
    }),
  );
}

function stream(res: ServerResponse, id: string, model: string, blocks: readonly Block[]): void {
  res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  const send = (type: string, data: Record<string, unknown>): void => {
    res.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
  };
  const message = {
    id,
    type: 'message',
    role: 'assistant',
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
  };
  send('message_start', { message: { ...message, usage: { ...usage, output_tokens: 1 } } });
  blocks.forEach((block, index) => {
    if (block.type === 'text') {
      send('content_block_start', { index, content_block: { type: 'text', text: '' } });
      for (let at = 0; at < block.text.length; at += PIECE) {
        send('content_block_delta', {
          index,
          delta: { type: 'text_delta', text: block.text.slice(at, at + PIECE) },
        });
      }
    } else {
      send('content_block_start', {
        index,
        content_block: { type: 'tool_use', id: `toolu_${id}_${index}`, name: block.name, input: {} },
      });
      send('content_block_delta', {
        index,
        delta: { type: 'input_json_delta', partial_json: JSON.stringify(block.input) },
      });
    }
    send('content_block_stop', { index });
  });
  send('message_delta', {
    delta: { stop_reason: stopReason(blocks), stop_sequence: null },
    usage: { output_tokens: usage.output_tokens },
  });
  send('message_stop', {});
  res.end();
}

/** Text is streamed in pieces of this many UTF-16 units. */
const PIECE = 400;
