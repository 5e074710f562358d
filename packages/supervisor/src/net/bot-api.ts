import { ask } from './ask';

/** The Bot API's answer as far as it is looked at. */
export interface ApiAnswer {
  status: number;
  /** The server's time as it told it, in the words of HTTP. */
  date: string | undefined;
  description: string;
  result: unknown;
}

/** One method of the Bot API. Throws what the connection throws; the token may be in its text. */
export async function callBotApi(
  url: string,
  body: unknown,
  proxyUrl: string,
  timeoutMs: number,
): Promise<ApiAnswer> {
  const { status, text, date } = await ask({ url, method: 'POST', body, timeoutMs, proxyUrl });
  let parsed: { description?: unknown; result?: unknown } | null;
  try {
    parsed = JSON.parse(text) as typeof parsed;
  } catch {
    parsed = null; // a proxy's page, or not the Bot API: the status tells
  }
  return {
    status,
    date,
    description: String(parsed?.description ?? text.slice(0, 200)),
    result: parsed?.result,
  };
}
