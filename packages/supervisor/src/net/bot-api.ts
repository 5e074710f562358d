import { parseJson } from '@ccbot/shared/protocol/json';
import * as z from 'zod/mini';
import { httpRequest } from './request';

const answer = z.object({ description: z.optional(z.unknown()), result: z.optional(z.unknown()) });

export interface ApiAnswer {
  status: number;
  /** The server's `Date` header. */
  date: string | undefined;
  description: string;
  result: unknown;
}

/** Calls a method of the Bot API. Throws connection errors, whose text may contain the token. */
export async function callBotApi(
  url: string,
  body: unknown,
  proxyUrl: string,
  timeoutMs: number,
): Promise<ApiAnswer> {
  const { status, text, date } = await httpRequest({ url, method: 'POST', body, timeoutMs, proxyUrl });
  // Null if a proxy or another server answered; the status says enough.
  const parsed = parseJson(answer, text);
  return {
    status,
    date,
    description: String(parsed?.description ?? text.slice(0, 200)),
    result: parsed?.result,
  };
}
