import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the canary's model answers to one request: a text, or a command that the agent is to ask leave for. */
export type Reply = { text: string } | { command: string };

/** What a request holds as far as the canary looks. */
export interface Asked {
  /** The texts of the last message, without the agent's own reminders. */
  texts: readonly string[];
  /** Whether the last message holds the result of a tool. */
  result: boolean;
}

/** A model on loopback that costs nothing and knows no secret. */
export interface CanaryModel {
  url: string;
  /** Every request with tools, oldest first. */
  asked: readonly Asked[];
  close(): Promise<void>;
}

/** Speaks just as much of the Messages API as an agent needs for two turns. */
export async function startCanaryModel(reply: (asked: Asked) => Reply): Promise<CanaryModel> {
  const asked: Asked[] = [];
  const server = createServer((req, res) => {
    serve(req, res).catch(() => res.destroy()); // the agent hung up
  });

  async function serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of req as AsyncIterable<Buffer>) chunks.push(chunk);
    if (req.method !== 'POST' || !(req.url ?? '').startsWith('/v1/messages')) {
      res.writeHead(req.method === 'HEAD' ? 200 : 404).end();
      return;
    }
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown>;
    const request = readRequest(body);
    const tools = Array.isArray(body['tools']) && body['tools'].length > 0;
    if (tools) asked.push(request);
    const answer = tools ? reply(request) : { text: 'canary' };
    const block =
      'text' in answer
        ? { type: 'text', text: answer.text }
        : { type: 'tool_use', id: `toolu_${asked.length}`, name: 'Bash', input: { command: answer.command } };
    send(res, body['stream'] === true, String(body['model']), block);
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

function readRequest(body: Record<string, unknown>): Asked {
  const messages = (Array.isArray(body['messages']) ? body['messages'] : []) as Record<string, unknown>[];
  const content = messages.findLast((message) => message['role'] === 'user')?.['content'];
  const blocks = (
    typeof content === 'string' ? [{ type: 'text', text: content }] : Array.isArray(content) ? content : []
  ) as Record<string, unknown>[];
  const texts = blocks.flatMap((block) => (typeof block['text'] === 'string' ? [block['text']] : []));
  return {
    texts: texts.filter((text) => !text.trimStart().startsWith('<system-reminder>')),
    result: blocks.some((block) => block['type'] === 'tool_result'),
  };
}

function send(res: ServerResponse, stream: boolean, model: string, block: Record<string, unknown>): void {
  const usage = { input_tokens: 1, output_tokens: 1 };
  const stop_reason = block['type'] === 'text' ? 'end_turn' : 'tool_use';
  const head = {
    id: `msg_${Date.now()}`,
    type: 'message',
    role: 'assistant',
    model,
    stop_sequence: null,
    usage,
  };
  if (!stream) {
    res.writeHead(200, { 'content-type': 'application/json' });
    res.end(JSON.stringify({ ...head, content: [block], stop_reason }));
    return;
  }
  const delta =
    block['type'] === 'text'
      ? { type: 'text_delta', text: block['text'] }
      : { type: 'input_json_delta', partial_json: JSON.stringify(block['input']) };
  const empty = block['type'] === 'text' ? { text: '' } : { input: {} };
  const events: [string, Record<string, unknown>][] = [
    ['message_start', { message: { ...head, content: [], stop_reason: null } }],
    ['content_block_start', { index: 0, content_block: { ...block, ...empty } }],
    ['content_block_delta', { index: 0, delta }],
    ['content_block_stop', { index: 0 }],
    ['message_delta', { delta: { stop_reason, stop_sequence: null }, usage }],
    ['message_stop', {}],
  ];
  res.writeHead(200, { 'content-type': 'text/event-stream' });
  res.end(
    events.map(([type, data]) => `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`).join(''),
  );
}
