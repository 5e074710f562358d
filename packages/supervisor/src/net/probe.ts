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
