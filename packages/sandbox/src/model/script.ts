/** One block of a scripted answer, in the shape of the Messages API. */
export type Block =
  | { type: 'text'; text: string }
  | { type: 'thinking'; thinking: string }
  | { type: 'tool_use'; name: string; input: Record<string, unknown> };

/** Pauses a stream until the promise resolves. */
export interface Pause {
  type: 'pause';
  until: Promise<unknown>;
}

/** One text block that is streamed in pieces with pauses between them. */
export interface WrittenText {
  type: 'written';
  parts: readonly (string | Pause)[];
}

export interface Answer {
  blocks: readonly (Block | WrittenText | Pause)[];
  /** HTTP headers, such as the API's rate limits. */
  headers?: Record<string, string>;
  /** Nothing is sent until this resolves, not even the headers. */
  hold?: Promise<unknown>;
}

/** A scripted error, such as an expired login or an overloaded service. */
export interface Refusal {
  refuse: {
    /** HTTP status, such as 401 or 529. */
    status: number;
    /** The API's name of the error, such as `authentication_error`. */
    type: string;
    message: string;
    headers?: Record<string, string>;
  };
  hold?: Promise<unknown>;
}

export type Reply = Answer | Refusal;

/** The parts of a request that rules use. */
export interface ModelRequest {
  /** The user's last text, without the agent's reminders around it; empty when the last message has only tool results. */
  prompt: string;
  /** The texts of the tool results in the last message. */
  results: readonly string[];
  /** Names of the tools the agent offers; empty in its small requests, such as for a title. */
  tools: readonly string[];
  body: Record<string, unknown>;
}

/** Answers a request; null passes it to the next rule. */
export type Rule = (request: ModelRequest) => Reply | null;

/** The last rule: repeats the prompt, or the first tool result. */
export const echo = ({ prompt, results }: ModelRequest): Answer => ({
  blocks: [{ type: 'text', text: results[0] === undefined ? `You said: ${prompt}` : `Done: ${results[0]}` }],
});

/** Reads a Messages request. Parts of an unknown shape are left out. */
export function readRequest(body: Record<string, unknown>): ModelRequest {
  const last = records(body['messages'])
    .filter((m) => m['role'] === 'user')
    .at(-1);
  const content = last?.['content'];
  const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : records(content);
  const texts = blocks
    .filter((b) => b['type'] === 'text')
    .map((b) => String(b['text'] ?? ''))
    .filter((text) => !text.trimStart().startsWith('<system-reminder>'));
  const results = blocks.filter((b) => b['type'] === 'tool_result').map((b) => resultText(b['content']));
  const tools = records(body['tools']).map((tool) => String(tool['name']));
  return { prompt: texts.at(-1) ?? '', results, tools, body };
}

function resultText(content: unknown): string {
  if (typeof content === 'string') return content;
  return records(content)
    .map((part) => String(part['text'] ?? ''))
    .join('');
}

function records(value: unknown): Record<string, unknown>[] {
  if (!Array.isArray(value)) return [];
  return value.filter((v): v is Record<string, unknown> => typeof v === 'object' && v !== null);
}
