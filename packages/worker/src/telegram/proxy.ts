import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { proxyFor } from '@ccbot/shared/config/no-proxy';
import type { Config } from '@ccbot/shared/config/schema';

/** We close idle connections after this long, ms: if the server closes one while we write, we cannot know whether the call arrived. */
const IDLE_MS = 20_000;

const POOL = { keepAlive: true, timeout: IDLE_MS } as const;

/** How calls reach a Bot API server. */
export interface Route {
  /** Empty: directly. */
  proxyUrl: string;
  makeAgent: () => HttpAgent;
}

export async function openRoute(
  apiRoot: string,
  settings: Pick<Config, 'TG_PROXY_URL' | 'NO_PROXY'>,
): Promise<Route> {
  const proxyUrl = proxyFor(apiRoot, settings);
  return { proxyUrl, makeAgent: await agentFactory(apiRoot, proxyUrl) };
}

/** Creates connection pools to the Bot API: direct, or through `TG_PROXY_URL` (http, https, socks5). */
export async function agentFactory(apiRoot: string, proxyUrl: string): Promise<() => HttpAgent> {
  const secure = apiRoot.startsWith('https:');
  if (proxyUrl === '') return () => (secure ? new HttpsAgent(POOL) : new HttpAgent(POOL));
  // Loaded on demand: most users have no proxy, and each library costs start-up time.
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
