import type { Agent as HttpAgent } from 'node:http';
import { proxyFor } from '@ccbot/shared/config/no-proxy';
import type { Config } from '@ccbot/shared/config/schema';
import { agentFactory as factoryFor } from '@ccbot/shared/net/agents';

/** We close idle connections after this long, ms: if the server closes one while we write, we cannot know whether the call arrived. */
const IDLE_MS = 20_000;

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
export function agentFactory(apiRoot: string, proxyUrl: string): Promise<() => HttpAgent> {
  return factoryFor({ url: apiRoot, proxyUrl, pool: { keepAlive: true, timeout: IDLE_MS } });
}
