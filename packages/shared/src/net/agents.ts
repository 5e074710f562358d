import { Agent as HttpAgent, type AgentOptions, type ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import { createAddresses, type Addresses } from './addresses';
import { ProxyFailure, proxyFailure } from './proxy-failure';

/** How connections to one server are made. */
export interface Route {
  /** Any URL of the server; only its scheme matters. */
  readonly url: string;
  /** `TG_PROXY_URL` (http, https, socks5); empty: direct. */
  readonly proxyUrl: string;
  readonly pool?: AgentOptions;
}

/** Returns what creates a connection pool. All pools share their knowledge of addresses that work. */
export async function agentFactory(route: Route): Promise<() => HttpAgent> {
  const addresses = createAddresses();
  const make = await makerOf(route, { ...route.pool, lookup: addresses.lookup } as AgentOptions);
  return () => {
    const agent = make();
    onEachRequest(agent, (request) => rememberAddress(request, addresses));
    return agent;
  };
}

async function makerOf({ url, proxyUrl }: Route, pool: AgentOptions): Promise<() => HttpAgent> {
  const isSecure = url.startsWith('https:');
  // Each is loaded on demand: it costs start-up time.
  if (proxyUrl === '') {
    if (!isSecure) return () => new HttpAgent(pool);
    const { Agent: HttpsAgent } = await import('node:https');
    return () => new HttpsAgent(pool);
  }
  if (proxyUrl.startsWith('socks')) {
    const { SocksProxyAgent } = await import('socks-proxy-agent');
    return () => {
      const agent = new SocksProxyAgent(proxyUrl, pool);
      // It would end a connection that is quiet for this long, even while a poll is held.
      Object.assign(agent, { timeout: null });
      return connectingWith(agent, (connect) => connect());
    };
  }
  if (isSecure) {
    const { HttpsProxyAgent } = await import('https-proxy-agent');
    return () => connectingWith(new HttpsProxyAgent(proxyUrl, pool), tunnelled);
  }
  const { HttpProxyAgent } = await import('http-proxy-agent');
  return () => connectingWith(new HttpProxyAgent(proxyUrl, pool), (connect) => connect());
}

interface ProxyAgent extends HttpAgent {
  connect(request: ClientRequest, options: never): Promise<Socket>;
}

type Connecting = (connect: () => Promise<Socket>, request: ClientRequest) => Promise<Socket>;

/** Makes what a proxy agent throws while it connects a {@link ProxyFailure}. */
function connectingWith<A extends HttpAgent>(agent: A, connecting: Connecting): A {
  const proxied = agent as unknown as ProxyAgent;
  const connect = proxied.connect.bind(proxied);
  proxied.connect = async (request, options) => {
    try {
      return await connecting(() => connect(request, options), request);
    } catch (error) {
      throw proxyFailure(error);
    }
  };
  return agent;
}

/** The library hands a proxy's refusal on as if the server had answered, and the request as sent. */
async function tunnelled(connect: () => Promise<Socket>, request: ClientRequest): Promise<Socket> {
  let status = 200;
  let statusText = '';
  request.once('proxyConnect', (answer: { statusCode: number; statusText: string }) => {
    status = answer.statusCode;
    statusText = answer.statusText;
  });
  const socket = await connect();
  if (status === 200) return socket;
  socket.destroy();
  // A status that is no number comes as NaN.
  const text = Number.isInteger(status)
    ? `it answers ${status} ${statusText}`.trim()
    : 'it does not answer as a proxy';
  throw new ProxyFailure(status === 407 ? 'PROXY_AUTH' : 'PROXY_DENIED', text, undefined, status);
}

function rememberAddress(request: ClientRequest, addresses: Addresses): void {
  request.once('socket', (socket) => {
    if (!socket.connecting) return;
    socket.once('connect', () => {
      if (socket.remoteAddress !== undefined) addresses.worked(request.host, socket.remoteAddress);
    });
  });
}

type Announced = HttpAgent & { addRequest(request: ClientRequest, ...rest: unknown[]): void };

/** Calls `listener` with each request before the agent gives it a connection. Node.js offers no event for this. */
function onEachRequest(agent: HttpAgent, listener: (request: ClientRequest) => void): void {
  announce(agent, agent, listener);
}

/** The same connections for one caller: `listener` hears of the requests that are made through the result. */
export function withListener(agent: HttpAgent, listener: (request: ClientRequest) => void): HttpAgent {
  const own = Object.create(agent) as HttpAgent;
  announce(own, agent, listener);
  return own;
}

/** Has `agent` serve the requests that are added to `own`, each after `listener` has heard of it. */
function announce(own: HttpAgent, agent: HttpAgent, listener: (request: ClientRequest) => void): void {
  const served = agent as Announced;
  const addRequest = served.addRequest.bind(served);
  (own as Announced).addRequest = (request, ...rest) => {
    listener(request);
    addRequest(request, ...rest);
  };
}
