import { classifyAnswer, type Trouble } from '@ccbot/shared/net/classify';
import { parseJson } from '@ccbot/shared/protocol/json';
import * as z from 'zod/mini';
import { httpRequest } from './request';

/** What every answer of the Bot API has in common. */
const envelope = z.object({
  ok: z.boolean(),
  description: z.optional(z.unknown()),
  result: z.optional(z.unknown()),
});

export interface ApiAnswer {
  status: number;
  /** The server's `Date` header. */
  date: string | undefined;
  description: string;
  result: unknown;
  /** Why this is not Telegram's answer to the request, or null. */
  trouble: Trouble | null;
}

/** Calls a method of the Bot API. Throws `NoAnswer`, whose text may contain the token. */
export async function callBotApi(
  url: string,
  body: unknown,
  proxyUrl: string,
  timeoutMs: number,
): Promise<ApiAnswer> {
  const { status, text, date, contentType } = await httpRequest({
    url,
    method: 'POST',
    body,
    timeoutMs,
    proxyUrl,
  });
  const parsed = parseJson(envelope, text);
  const description = parsed === null ? undefined : String(parsed.description ?? '');
  return {
    status,
    date,
    description: description ?? text.slice(0, 200),
    result: parsed?.result,
    trouble: classifyAnswer({ status, contentType, ...(description === undefined ? {} : { description }) }),
  };
}
