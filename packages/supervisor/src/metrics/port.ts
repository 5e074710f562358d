import type { Server } from 'node:http';
import { fault, reasonOf, type Fault } from '@ccbot/shared/faults/fault';
import { METRICS_TYPE } from './render';

/** The metrics on a port of 127.0.0.1, where one is set. */
export interface MetricsPort {
  /** Listens at this port from now on, and at no other; 0: at none. Never rejects: ccbot goes on without it. */
  listen(port: number): Promise<void>;
  /** The port that is set, and why nothing listens there; null when none is set. */
  state(): { port: number; trouble: string | null } | null;
  close(): Promise<void>;
}

/** A reader that is slower than this is hung up on, ms. */
const REQUEST_MS = 5_000;

/** Makes it; nothing listens yet. `text` is asked at every request; `onTrouble` hears why a port cannot be opened. */
export function createMetricsPort(text: () => string, onTrouble: (f: Fault) => void): MetricsPort {
  let server: Server | undefined;
  let state: ReturnType<MetricsPort['state']> = null;
  /** One change after the other. */
  let turn: Promise<void> = Promise.resolve();

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

  const queue = (work: () => Promise<void>): Promise<void> => (turn = turn.then(work));
  return {
    listen: (port) => queue(() => change(port)),
    state: () => state,
    close: () => queue(shut),
  };
}

/** Only 127.0.0.1, whatever happens: who reads along from elsewhere comes through a tunnel of one's own. */
async function open(port: number, text: () => string): Promise<Server> {
  // Loaded only where a port is set: a supervisor without one stays smaller.
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
  server.on('error', () => undefined); // of one connection; the next request is answered
  return server;
}
