import { records, type Fields } from './json';
import type { ModelReply, ModelRequest } from './model-api';

/** Reads a request of the Messages API. Covers only what an agent needs for two turns. */
export function readMessages(body: Fields): ModelRequest {
  const messages = records(body['messages']);
  const content = messages.findLast((message) => message['role'] === 'user')?.['content'];
  const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : records(content);
  const texts = blocks.flatMap(({ text }: Fields) => (typeof text === 'string' ? [text] : []));
  return {
    texts: texts.filter((text) => !text.trimStart().startsWith('<system-reminder>')),
    hasToolResult: blocks.some((block) => block['type'] === 'tool_result'),
    hasTools: Array.isArray(body['tools']) && body['tools'].length > 0,
  };
}

/** A complete reply, for a request that does not stream. */
export function messagesWhole(n: number, model: string, reply: ModelReply): Fields {
  const block = blockOf(n, reply);
  return { ...headOf(n, model), content: [block], stop_reason: stopReasonOf(block) };
}

/** A reply as named events. `n` makes its ids unique. */
export function messagesEvents(n: number, model: string, reply: ModelReply): [string, Fields][] {
  const block = blockOf(n, reply);
  const delta =
    'text' in reply
      ? { type: 'text_delta', text: reply.text }
      : { type: 'input_json_delta', partial_json: JSON.stringify(reply.input) };
  const empty = 'text' in reply ? { text: '' } : { input: {} };
  return [
    ['message_start', { message: { ...headOf(n, model), content: [], stop_reason: null } }],
    ['content_block_start', { index: 0, content_block: { ...block, ...empty } }],
    ['content_block_delta', { index: 0, delta }],
    ['content_block_stop', { index: 0 }],
    ['message_delta', { delta: { stop_reason: stopReasonOf(block), stop_sequence: null }, usage: USAGE }],
    ['message_stop', {}],
  ];
}

const USAGE = { input_tokens: 1, output_tokens: 1 };

const headOf = (n: number, model: string): Fields => ({
  id: `msg_${n}`,
  type: 'message',
  role: 'assistant',
  model,
  stop_sequence: null,
  usage: USAGE,
});

const blockOf = (n: number, reply: ModelReply): Fields =>
  'text' in reply
    ? { type: 'text', text: reply.text }
    : { type: 'tool_use', id: `toolu_${n}`, name: reply.name, input: reply.input };

const stopReasonOf = (block: Fields): string => (block['type'] === 'text' ? 'end_turn' : 'tool_use');
