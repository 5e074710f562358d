/** One block of a scripted answer, in the shape of the Messages API. */
export type Block =
  | { type: 'text'; text: string }
  | { type: 'thinking'; thinking: string }
  | { type: 'tool_use'; name: string; input: Record<string, unknown> };

/** Nothing more is sent until the promise resolves: a stream stands still in the middle. */
export interface Pause {
  type: 'pause';
  until: Promise<unknown>;
}

/** One text block that is written in pieces, with pauses between them: an answer that is still being written. */
export interface WrittenText {
  type: 'written';
  parts: readonly (string | Pause)[];
}

/** A scripted answer. */
export interface Answer {
  blocks: readonly (Block | WrittenText | Pause)[];
  /** Headers of the answer, such as the API's rate limits. */
  headers?: Record<string, string>;
  /** Not even the head of the answer is sent until this resolves. */
  hold?: Promise<unknown>;
}

/** A scripted refusal, such as of a dead login or of a service that is overloaded. */
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

/** What a rule answers. */
export type Reply = Answer | Refusal;

/** A request as far as a script decides on it. */
export interface ModelRequest {
  /** What the person wrote last, without the agent's own reminders around it; empty when the last message holds tool results only. */
  prompt: string;
  /** The texts of the tool results in the last message. */
  results: readonly string[];
  /** Names of the tools the agent offers; none in the small requests it makes for titles and the like. */
  tools: readonly string[];
  body: Record<string, unknown>;
}

/** Decides the answer to a request; null: the next rule is asked. */
export type Rule = (request: ModelRequest) => Reply | null;

/** The rule behind all others: it repeats what it was told, or the first tool result. */
export const echo = ({ prompt, results }: ModelRequest): Answer => ({
  blocks: [{ type: 'text', text: results[0] === undefined ? `You said: ${prompt}` : `Done: ${results[0]}` }],
});

/** Reads the parts of a Messages request that scripts decide on. What has another shape is left out. */
export function readRequest(body: Record<string, unknown>): ModelRequest {
  const last = records(body['messages'])
    .filter((m) => m['role'] === 'user')
    .at(-1);
  const content = last?.['content'];
  const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : records(content);
  const own = blocks
    .filter((b) => b['type'] === 'text')
    .map((b) => String(b['text'] ?? ''))
    .filter((text) => !text.trimStart().startsWith('<system-reminder>'));
  const results = blocks.filter((b) => b['type'] === 'tool_result').map((b) => resultText(b['content']));
  const tools = records(body['tools']).map((tool) => String(tool['name']));
  return { prompt: own.at(-1) ?? '', results, tools, body };
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
