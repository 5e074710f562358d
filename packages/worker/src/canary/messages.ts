import type { Asked, Call } from './model-server';

type Fields = Record<string, unknown>;

/** The Messages API, just as much of it as an agent needs for two turns. */
export function readMessages(body: Fields): Asked {
  const messages = records(body['messages']);
  const content = messages.findLast((message) => message['role'] === 'user')?.['content'];
  const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : records(content);
  const texts = blocks.flatMap(({ text }: Fields) => (typeof text === 'string' ? [text] : []));
  return {
    texts: texts.filter((text) => !text.trimStart().startsWith('<system-reminder>')),
    result: blocks.some((block) => block['type'] === 'tool_result'),
    tools: Array.isArray(body['tools']) && body['tools'].length > 0,
  };
}

/** A whole answer, for a request that wants no stream. */
export function messagesWhole(n: number, model: string, answer: { text: string } | Call): Fields {
  const block = blockOf(n, answer);
  return { ...headOf(n, model), content: [block], stop_reason: stopOf(block) };
}

/** The events of an answer, by name; `n` makes its ids its own. */
export function messagesEvents(
  n: number,
  model: string,
  answer: { text: string } | Call,
): [string, Fields][] {
  const block = blockOf(n, answer);
  const delta =
    'text' in answer
      ? { type: 'text_delta', text: answer.text }
      : { type: 'input_json_delta', partial_json: JSON.stringify(answer.input) };
  const empty = 'text' in answer ? { text: '' } : { input: {} };
  return [
    ['message_start', { message: { ...headOf(n, model), content: [], stop_reason: null } }],
    ['content_block_start', { index: 0, content_block: { ...block, ...empty } }],
    ['content_block_delta', { index: 0, delta }],
    ['content_block_stop', { index: 0 }],
    ['message_delta', { delta: { stop_reason: stopOf(block), stop_sequence: null }, usage: USAGE }],
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

const blockOf = (n: number, answer: { text: string } | Call): Fields =>
  'text' in answer
    ? { type: 'text', text: answer.text }
    : { type: 'tool_use', id: `toolu_${n}`, name: answer.name, input: answer.input };

const stopOf = (block: Fields): string => (block['type'] === 'text' ? 'end_turn' : 'tool_use');

function records(value: unknown): Fields[] {
  return Array.isArray(value)
    ? value.filter((one): one is Fields => typeof one === 'object' && one !== null)
    : [];
}
