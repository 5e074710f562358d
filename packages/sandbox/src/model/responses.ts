import type { Block, ModelRequest } from './script';
import { pieces, type Dialect, type StreamEvent } from './wire';

/** The token usage of every answer, which the agent adds up and shows. */
const USAGE = {
  input_tokens: 100,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: 20,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 120,
};

type Fields = Record<string, unknown>;

/** Reads a Responses request. Parts of an unknown shape are left out. */
function readResponsesRequest(body: Fields): ModelRequest {
  const input = records(body['input']);
  // Everything after the model's last output: tool results, or what the user wrote.
  const lastOutput = input.findLastIndex(
    (item) => item['role'] === 'assistant' || /_call$|^reasoning$/.test(String(item['type'])),
  );
  const fresh = input.slice(lastOutput + 1);
  const prompts = fresh.filter((item) => item['role'] === 'user').map((item) => textOf(item['content']));
  // An interrupted tool leaves its result before the user's next prompt.
  const results = fresh
    .slice(fresh.findLastIndex((item) => item['role'] === 'user') + 1)
    .filter((item) => String(item['type']).endsWith('_call_output'))
    .map((item) => textOf(item['output']));
  const tools = records(body['tools']).map((tool) => String(tool['name'] ?? tool['type']));
  return { prompt: prompts.at(-1) ?? '', results, tools, body };
}

const event = (type: string, data: Fields): StreamEvent => ({ event: type, data: { type, ...data } });

const added = (id: string, index: number, block: Block): StreamEvent =>
  event('response.output_item.added', {
    output_index: index,
    item: { ...itemOf(id, index, block), ...empty(block) },
  });

const done = (id: string, index: number, block: Block): StreamEvent =>
  event('response.output_item.done', { output_index: index, item: itemOf(id, index, block) });

const deltas = (id: string, index: number, text: string): StreamEvent[] =>
  pieces(text).map((delta) =>
    event('response.output_text.delta', {
      output_index: index,
      item_id: `msg_${id}_${index}`,
      content_index: 0,
      delta,
    }),
  );

/** The part of the Responses API that Codex uses. */
export const RESPONSES: Dialect = {
  prefix: 'resp',
  read: readResponsesRequest,
  whole: (id, model, blocks) => ({
    id,
    object: 'response',
    status: 'completed',
    model,
    output: blocks.map((block, index) => itemOf(id, index, block)),
    usage: USAGE,
  }),
  opening: (id) => [event('response.created', { response: { id, status: 'in_progress' } })],
  block: (id, index, block) => [
    added(id, index, block),
    ...(block.type === 'text' ? deltas(id, index, block.text) : []),
    done(id, index, block),
  ],
  text: {
    open: (id, index) => [added(id, index, { type: 'text', text: '' })],
    piece: deltas,
    close: (id, index, whole) => [done(id, index, { type: 'text', text: whole })],
  },
  closing: (id) => [event('response.completed', { response: { id, status: 'completed', usage: USAGE } })],
};

function itemOf(id: string, index: number, block: Block): Fields {
  const itemId = `${id}_${index}`;
  switch (block.type) {
    case 'text':
      return {
        type: 'message',
        role: 'assistant',
        id: `msg_${itemId}`,
        content: [{ type: 'output_text', text: block.text }],
      };
    case 'thinking':
      return {
        type: 'reasoning',
        id: `rs_${itemId}`,
        summary: [{ type: 'summary_text', text: block.thinking }],
      };
    case 'tool_use':
      return {
        type: 'function_call',
        id: `fc_${itemId}`,
        call_id: `call_${itemId}`,
        name: block.name,
        arguments: JSON.stringify(block.input),
      };
  }
}

const empty = (block: Block): Fields =>
  block.type === 'text' ? { content: [] } : block.type === 'thinking' ? { summary: [] } : { arguments: '' };

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return records(content)
    .map((part) => String(part['text'] ?? ''))
    .join('');
}

function records(value: unknown): Fields[] {
  if (!Array.isArray(value)) return [];
  return value.filter((v): v is Fields => typeof v === 'object' && v !== null);
}
