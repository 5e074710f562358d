import type { Trouble } from '@ccbot/shared/net/classify';
import { symptomOf } from '@ccbot/shared/net/symptom';
import { callBotApi } from './bot-api';
import { httpRequest, NoAnswer } from './request';

/** `detail` says how it was found out. */
export type Probed = { up: true; detail: string } | { up: false; trouble: Trouble };

/** Without a response after this long, the network counts as down, ms. Long enough for two dead addresses of a host. */
const PROBE_MS = 15_000;

/** Checks the network with a request: any response proves that it is up, except a proxy's that refuses. Never throws. */
export async function probe(url: string, proxyUrl: string, timeoutMs = PROBE_MS): Promise<Probed> {
  try {
    const { status } = await httpRequest({ url, method: 'HEAD', timeoutMs, proxyUrl });
    if (status !== 407) return { up: true, detail: `HTTP ${status}` };
    return { up: false, trouble: { code: 'PROXY_AUTH', reason: 'HTTP 407', arrived: 'no' } };
  } catch (error) {
    return { up: false, trouble: troubleOf(error) };
  }
}

/**
 * Checks whether the Bot API works. `getMe` disturbs no poller. It counts as down if somebody else answers, or with a
 * 429 or a 5xx, because a worker that cannot poll is then not at fault; as up if it rejects the token. Never throws.
 */
export async function probeApi(
  apiRoot: string,
  token: string,
  proxyUrl: string,
  timeoutMs = PROBE_MS,
): Promise<Probed> {
  try {
    const { status, trouble } = await callBotApi(`${apiRoot}/bot${token}/getMe`, {}, proxyUrl, timeoutMs);
    if (trouble === null || trouble.code === 'TOKEN_REFUSED') return { up: true, detail: `HTTP ${status}` };
    return { up: false, trouble };
  } catch (error) {
    return { up: false, trouble: troubleOf(error) };
  }
}

/** The trouble behind anything that a request threw, such as an invalid URL. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof NoAnswer) return error.trouble;
  return { code: 'NETWORK_DOWN', reason: symptomOf(error).reason, arrived: 'no' };
}
