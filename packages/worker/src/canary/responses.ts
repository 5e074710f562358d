import { records, type Fields } from './json';
import type { ModelReply, ModelRequest } from './model-api';

/** Reads a request of the Responses API. Covers only what an agent needs for two turns. */
export function readResponses(body: Fields): ModelRequest {
  const input = records(body['input']);
  const last = input.at(-1);
  return {
    texts: input.filter(({ role }) => role === 'user').flatMap(({ content }) => textsOf(content)),
    hasToolResult: String(last?.['type'] ?? '').endsWith('_call_output'),
    hasTools: Array.isArray(body['tools']) && body['tools'].length > 0,
  };
}

/** A reply as named events. `n` makes its ids unique. */
export function responsesEvents(n: number, reply: ModelReply): [string, Fields][] {
  const item =
    'text' in reply
      ? {
          type: 'message',
          role: 'assistant',
          id: `msg_${n}`,
          content: [{ type: 'output_text', text: reply.text }],
        }
      : {
          type: 'function_call',
          id: `fc_${n}`,
          call_id: `call_${n}`,
          name: reply.name,
          arguments: JSON.stringify(reply.input),
        };
  const usage = {
    input_tokens: 1,
    input_tokens_details: null,
    output_tokens: 1,
    output_tokens_details: null,
    total_tokens: 2,
  };
  return [
    ['response.created', { response: { id: `resp_${n}` } }],
    ['response.output_item.done', { output_index: 0, item }],
    ['response.completed', { response: { id: `resp_${n}`, usage } }],
  ];
}

function textsOf(content: unknown): string[] {
  if (typeof content === 'string') return [content];
  return records(content).flatMap(({ text }) => (typeof text === 'string' ? [text] : []));
}
