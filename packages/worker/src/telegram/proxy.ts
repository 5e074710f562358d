import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

/** Idle connections are closed after this long, ms: one that the server closes while we write leaves it unknown whether a send arrived. */
const IDLE_MS = 20_000;

const POOL = { keepAlive: true, timeout: IDLE_MS } as const;

/** How connections to the Bot API are made: directly, or through `TG_PROXY_URL` (http, https, socks5). */
export async function agentFactory(apiRoot: string, proxyUrl: string): Promise<() => HttpAgent> {
  const secure = apiRoot.startsWith('https:');
  if (proxyUrl === '') return () => (secure ? new HttpsAgent(POOL) : new HttpAgent(POOL));
  // Loaded only by those who need them: most have no proxy, and each costs start-up time.
  if (proxyUrl.startsWith('socks')) {
    const { SocksProxyAgent } = await import('socks-proxy-agent');
    return () => new SocksProxyAgent(proxyUrl, POOL);
  }
  if (secure) {
    const { HttpsProxyAgent } = await import('https-proxy-agent');
    return () => new HttpsProxyAgent(proxyUrl, POOL);
  }
  const { HttpProxyAgent } = await import('http-proxy-agent');
  return () => new HttpProxyAgent(proxyUrl, POOL);
}
