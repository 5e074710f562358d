import type { Agent } from 'node:http';

/** The agent for requests through `TG_PROXY_URL` (http, https or socks5). Loads its module only if there is a proxy. */
export async function proxyAgentFor(url: string, proxyUrl: string): Promise<Agent | undefined> {
  if (proxyUrl === '') return undefined;
  if (proxyUrl.startsWith('socks')) {
    const { SocksProxyAgent } = await import('socks-proxy-agent');
    return new SocksProxyAgent(proxyUrl);
  }
  if (url.startsWith('https:')) {
    const { HttpsProxyAgent } = await import('https-proxy-agent');
    return new HttpsProxyAgent(proxyUrl);
  }
  const { HttpProxyAgent } = await import('http-proxy-agent');
  return new HttpProxyAgent(proxyUrl);
}
