/** One block of a scripted answer, in the shape of the Messages API. */
export type Block =
  { type: 'text'; text: string } | { type: 'tool_use'; name: string; input: Record<string, unknown> };

/** One scripted answer. */
export interface Reply {
  blocks: readonly Block[];
  /** The answer is held until this resolves. */
  hold?: Promise<unknown>;
}

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

/** Reads the parts of a Messages request that scripts decide on. */
export function readRequest(body: Record<string, unknown>): ModelRequest {
  const messages = Array.isArray(body['messages'])
    ? (body['messages'] as { role?: string; content?: unknown }[])
    : [];
  const last = messages.filter((m) => m.role === 'user').at(-1);
  const blocks: Record<string, unknown>[] =
    typeof last?.content === 'string'
      ? [{ type: 'text', text: last.content }]
      : Array.isArray(last?.content)
        ? (last.content as Record<string, unknown>[])
        : [];
  const texts = blocks.filter((b) => b['type'] === 'text').map((b) => String(b['text'] ?? ''));
  const own = texts.filter((t) => !t.trimStart().startsWith('<system-reminder>'));
  const results = blocks
    .filter((b) => b['type'] === 'tool_result')
    .map((b) =>
      typeof b['content'] === 'string'
        ? b['content']
        : Array.isArray(b['content'])
          ? (b['content'] as { text?: string }[]).map((c) => c.text ?? '').join('')
          : '',
    );
  const tools = Array.isArray(body['tools'])
    ? (body['tools'] as { name?: string }[]).map((t) => String(t.name))
    : [];
  return { prompt: own.at(-1) ?? '', results, tools, body };
}
