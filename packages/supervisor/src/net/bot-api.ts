import { httpRequest } from './request';

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
  let parsed: { description?: unknown; result?: unknown } | null;
  try {
    parsed = JSON.parse(text) as typeof parsed;
  } catch {
    parsed = null; // a proxy's page, or not the Bot API; the status says enough
  }
  return {
    status,
    date,
    description: String(parsed?.description ?? text.slice(0, 200)),
    result: parsed?.result,
  };
}
