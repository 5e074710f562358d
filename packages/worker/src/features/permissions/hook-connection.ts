import * as z from 'zod/mini';

/** The connection of a hook that waits for an answer. */
export interface HookConnection {
  reply(line: Readonly<Record<string, unknown>>): void;
  /** Keeps the connection open without a time limit. */
  hold(): void;
  end(): void;
  /** Calls `listener` once when the connection is closed; immediately if it is closed already. */
  onGone(listener: () => void): void;
}

const request = z.object({
  v: z.literal(1),
  kind: z.literal('ask'),
  request: z.string().check(z.regex(/^[\w-]{8,64}$/)),
  at: z.number(),
  ccbotSession: z.optional(z.string()),
  backend: z.string(),
  payload: z.looseObject({ session_id: z.string() }),
});

const taken = z.object({ v: z.literal(1), kind: z.literal('taken'), request: z.string() });

/** A request as the hook sends it. */
export type RequestLine = z.infer<typeof request>;

/** Null for anything but a request. */
export function parseRequestLine(raw: unknown): RequestLine | null {
  const parsed = request.safeParse(raw);
  return parsed.success ? parsed.data : null;
}

/** Reads a hook's confirmation that the agent has the answer: the request's uuid. Null for anything else. */
export function parseTakenLine(raw: unknown): string | null {
  const parsed = taken.safeParse(raw);
  return parsed.success ? parsed.data.request : null;
}

/** Tells the hook that it may wait, and that it should reconnect if the connection breaks. */
export function holdHook(connection: HookConnection): void {
  connection.hold();
  connection.reply({ v: 1, kind: 'waiting' });
}

/** Sends what the hook prints. Empty: the agent's own dialog decides. */
export function answerHook(connection: HookConnection, output: string): void {
  connection.reply({ v: 1, kind: 'answer', out: output });
}
