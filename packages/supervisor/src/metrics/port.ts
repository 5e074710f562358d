import type { Server } from 'node:http';
import { fault, reasonOf, type Fault } from '@ccbot/shared/faults/fault';
import { METRICS_TYPE } from './render';

/** Serves the metrics on a port of 127.0.0.1. */
export interface MetricsPort {
  /** Listens on this port and on no other; 0: on none. Never rejects, because ccbot works without it. */
  listen(port: number): Promise<void>;
  /** The configured port, and why nothing listens there; null if none is configured. */
  state(): { port: number; trouble: string | null } | null;
  close(): Promise<void>;
}

/** A client that takes longer to send its request is disconnected, ms. */
const REQUEST_MS = 5_000;

/** `text` renders the response to each request. `onTrouble` gets the fault if the port cannot be opened. */
export function createMetricsPort(text: () => string, onTrouble: (f: Fault) => void): MetricsPort {
  let server: Server | undefined;
  let state: ReturnType<MetricsPort['state']> = null;
  /** The end of the last change: changes run one after the other. */
  let lastChange: Promise<void> = Promise.resolve();

  async function change(port: number): Promise<void> {
    if (state?.port === port && state.trouble === null) return;
    await shut();
    state = port === 0 ? null : { port, trouble: null };
    if (port === 0) return;
    try {
      server = await open(port, text);
    } catch (error) {
      const f = fault('METRICS_PORT', { port, reason: reasonOf(error) });
      state = { port, trouble: f.what };
      onTrouble(f);
    }
  }

  async function shut(): Promise<void> {
    const old = server;
    server = undefined;
    if (old === undefined) return;
    const closed = new Promise<void>((resolve) => old.close(() => resolve()));
    old.closeAllConnections();
    await closed;
  }

  const queue = (work: () => Promise<void>): Promise<void> => (lastChange = lastChange.then(work));
  return {
    listen: (port) => queue(() => change(port)),
    state: () => state,
    close: () => queue(shut),
  };
}

/** Listens on 127.0.0.1 only. Readers on other machines need a tunnel. */
async function open(port: number, text: () => string): Promise<Server> {
  // Loaded only if a port is configured, to keep the supervisor small without one.
  const { createServer } = await import('node:http');
  const server = createServer((request, response) => {
    const known = request.url?.split('?')[0] === '/metrics';
    if (!known || (request.method !== 'GET' && request.method !== 'HEAD')) {
      response.writeHead(known ? 405 : 404, { 'content-type': 'text/plain' }).end('GET /metrics\n');
      return;
    }
    response.writeHead(200, { 'content-type': METRICS_TYPE }).end(text());
  });
  server.requestTimeout = server.headersTimeout = REQUEST_MS;
  server.maxConnections = 10;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1', exclusive: true }, resolve);
  });
  server.on('error', () => undefined); // one connection failed; others still work
  return server;
}
