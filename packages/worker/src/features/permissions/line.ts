import * as z from 'zod/mini';

const ask = z.object({
  v: z.literal(1),
  kind: z.literal('ask'),
  request: z.string().check(z.regex(/^[\w-]{8,64}$/)),
  at: z.number(),
  ccbotSession: z.optional(z.string()),
  backend: z.string(),
  payload: z.looseObject({ session_id: z.string() }),
});

const taken = z.object({ v: z.literal(1), kind: z.literal('taken'), request: z.string() });

/** A request as it came in from a hook. */
export type RequestLine = z.infer<typeof ask>;

/** Reads a hook's request; null for anything else. */
export function parseRequest(raw: unknown): RequestLine | null {
  const parsed = ask.safeParse(raw);
  return parsed.success ? parsed.data : null;
}

/** Reads a hook's word that the agent has the answer: the request's uuid; null for anything else. */
export function parseTaken(raw: unknown): string | null {
  const parsed = taken.safeParse(raw);
  return parsed.success ? parsed.data.request : null;
}
