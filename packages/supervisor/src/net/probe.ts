import { reasonOf } from '@ccbot/shared/faults/fault';
import { ask } from './ask';

/** What a probe found. */
export interface Probed {
  up: boolean;
  detail: string;
}

/** A probe without an answer after this long found no network, ms. */
const PROBE_MS = 8_000;

/** Asks a URL whether the network is there: any HTTP answer says yes, whatever its status. Never throws. */
export async function probe(url: string, proxyUrl: string, timeoutMs = PROBE_MS): Promise<Probed> {
  try {
    const { status } = await ask({ url, method: 'HEAD', timeoutMs, proxyUrl });
    return { up: true, detail: `HTTP ${status}` };
  } catch (error) {
    return { up: false, detail: reasonOf(error) };
  }
}

/**
 * Asks the Bot API itself. `getMe` disturbs no poller. A server that answers with a trouble of its own (5xx, or
 * too many requests) is no working one: a worker that cannot poll then is not at fault. Never throws.
 */
export async function probeApi(
  apiRoot: string,
  token: string,
  proxyUrl: string,
  timeoutMs = PROBE_MS,
): Promise<Probed> {
  try {
    const url = `${apiRoot}/bot${token}/getMe`;
    const { status } = await ask({ url, method: 'POST', timeoutMs, proxyUrl });
    return { up: status < 500 && status !== 429, detail: `HTTP ${status}` };
  } catch (error) {
    return { up: false, detail: reasonOf(error) };
  }
}
