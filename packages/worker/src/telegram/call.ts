import type { Agent as HttpAgent } from 'node:http';
import * as z from 'zod/mini';

/** Where the Bot API is. */
export interface ApiPlace {
  token: string;
  /** Ends with a slash. */
  apiRoot: string;
}

/** A call without files. */
export interface CallRequest {
  method: string;
  payload: Record<string, unknown>;
  agent: HttpAgent;
  signal: AbortSignal;
}

/** Makes a call, and returns its result. Throws an {@link ApiError}, or whatever kept the answer away. */
export type Call = (request: CallRequest) => Promise<unknown>;

/** An answer of the Bot API. */
export const apiAnswer = z.object({
  ok: z.boolean(),
  result: z.optional(z.unknown()),
  error_code: z.optional(z.number()),
  description: z.optional(z.string()),
  parameters: z.optional(z.object({ retry_after: z.optional(z.number()) })),
});

type Refusal = Partial<Pick<z.infer<typeof apiAnswer>, 'error_code' | 'description' | 'parameters'>>;

/** The Bot API, or a server before it, answered that the call failed. */
export class ApiError extends Error {
  /** `refusal` as it came: it may lack any part, or be of another type. */
  constructor(readonly refusal: Refusal) {
    super(`${refusal.error_code}: ${refusal.description}`);
  }
}
