import { reasonOf } from '@ccbot/shared/faults/fault';
import { httpRequest } from './request';

export interface Probed {
  up: boolean;
  detail: string;
}

/** Without a response after this long, the network counts as down, ms. */
const PROBE_MS = 8_000;

/** Checks the network with a request: any HTTP response proves that it is up. Never throws. */
export async function probe(url: string, proxyUrl: string, timeoutMs = PROBE_MS): Promise<Probed> {
  try {
    const { status } = await httpRequest({ url, method: 'HEAD', timeoutMs, proxyUrl });
    return { up: true, detail: `HTTP ${status}` };
  } catch (error) {
    return { up: false, detail: reasonOf(error) };
  }
}

/**
 * Checks whether the Bot API works. `getMe` disturbs no poller. A 429 or a 5xx counts as down, because a worker that
 * cannot poll is then not at fault. Never throws.
 */
export async function probeApi(
  apiRoot: string,
  token: string,
  proxyUrl: string,
  timeoutMs = PROBE_MS,
): Promise<Probed> {
  try {
    const url = `${apiRoot}/bot${token}/getMe`;
    const { status } = await httpRequest({ url, method: 'POST', timeoutMs, proxyUrl });
    return { up: status < 500 && status !== 429, detail: `HTTP ${status}` };
  } catch (error) {
    return { up: false, detail: reasonOf(error) };
  }
}
