import type { Asked, Call } from './model-server';

type Fields = Record<string, unknown>;

/** The Responses API, just as much of it as an agent needs for two turns. */
export function readResponses(body: Fields): Asked {
  const input = records(body['input']);
  const last = input.at(-1);
  return {
    texts: input.filter(({ role }) => role === 'user').flatMap(({ content }) => textsOf(content)),
    result: String(last?.['type'] ?? '').endsWith('_call_output'),
    tools: Array.isArray(body['tools']) && body['tools'].length > 0,
  };
}

/** The events of an answer, by name; `n` makes its ids its own. */
export function responsesEvents(n: number, answer: { text: string } | Call): [string, Fields][] {
  const item =
    'text' in answer
      ? {
          type: 'message',
          role: 'assistant',
          id: `msg_${n}`,
          content: [{ type: 'output_text', text: answer.text }],
        }
      : {
          type: 'function_call',
          id: `fc_${n}`,
          call_id: `call_${n}`,
          name: answer.name,
          arguments: JSON.stringify(answer.input),
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

function records(value: unknown): Fields[] {
  return Array.isArray(value)
    ? value.filter((one): one is Fields => typeof one === 'object' && one !== null)
    : [];
}
