import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { now } from '../clock';

/** From a machine to a service, or back. */
export type Way = 'out' | 'in';

/** How slowly a connection passes bytes on; both apply to each way. */
export interface Slowness {
  /** ms. */
  delayMs: number;
  /** Bytes a second; 0: as many as there are. */
  rate: number;
}

const FAST: Slowness = { delayMs: 0, rate: 0 };

/** Passes on the connections of one machine to one service, as a network would: slowly if asked to, or not at all. */
export interface Relay {
  readonly port: number;
  /** Whether the machine still holds the connection that comes from this local port; null: it is none of ours. */
  isOpen(localPort: number): boolean | null;
  slow(how: Slowness): void;
  /** Holds back what is sent, and says nothing: neither end notices anything but silence. */
  cut(ways: readonly Way[]): void;
  /** Fast and whole again. What was held back arrives. */
  heal(): void;
  close(): void;
}

interface RelayState {
  slowness: Slowness;
  cut: ReadonlySet<Way>;
  readonly pairs: Map<Socket, { to: Socket; isClosed: boolean }>;
  /** Called when the network is whole again. */
  readonly waiting: Set<() => void>;
}

/** Listens on `host`, and passes on to `target`. */
export async function openRelay(host: string, target: () => number): Promise<Relay> {
  const state: RelayState = { slowness: FAST, cut: new Set(), pairs: new Map(), waiting: new Set() };
  const server = createServer({ allowHalfOpen: true }, (from) => {
    const to = connect({ port: target(), host: '127.0.0.1', allowHalfOpen: true });
    const pair = { to, isClosed: false };
    state.pairs.set(from, pair);
    for (const socket of [from, to]) socket.setNoDelay(true);
    from.once('close', () => (pair.isClosed = true)).once('end', () => (pair.isClosed = true));
    pass(state, from, to, 'out');
    pass(state, to, from, 'in');
    to.once('close', () => state.pairs.delete(from));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, host, resolve);
  });
  const heal = (): void => {
    state.cut = new Set();
    state.slowness = FAST;
    for (const go of [...state.waiting]) go();
  };
  return {
    port: (server.address() as AddressInfo).port,
    isOpen(localPort) {
      const pair = [...state.pairs.values()].find(({ to }) => to.localPort === localPort);
      return pair === undefined ? null : !pair.isClosed;
    },
    slow: (how) => void (state.slowness = how),
    cut: (ways) => void (state.cut = new Set(ways)),
    heal,
    close() {
      server.close();
      heal();
      for (const [from, { to }] of state.pairs) for (const socket of [from, to]) socket.destroy();
    },
  };
}

/** Passes bytes, the end and the loss of a connection on, in order. */
function pass(state: RelayState, from: Socket, to: Socket, way: Way): void {
  let before: Promise<void> = Promise.resolve();
  const later = (bytes: number, work: () => void): void => {
    const arrivedAt = now();
    before = before.then(async () => {
      await travel(state, way, arrivedAt, bytes);
      work();
    });
  };
  from.on('data', (data: Buffer) => {
    // What is on its way is bounded, as in a socket's buffer.
    from.pause();
    later(data.length, () => {
      if (to.writable) to.write(data);
      from.resume();
    });
  });
  from.once('end', () => later(0, () => to.end()));
  from.once('error', () => undefined); // its 'close' follows
  from.once('close', (isBroken) => later(0, () => void (isBroken ? to.destroy() : to.end())));
}

async function travel(state: RelayState, way: Way, arrivedAt: number, bytes: number): Promise<void> {
  while (state.cut.has(way)) {
    await new Promise<void>((resolve) => {
      const go = (): void => {
        state.waiting.delete(go);
        resolve();
      };
      state.waiting.add(go);
    });
  }
  const { delayMs, rate } = state.slowness;
  const wait = arrivedAt + delayMs - now() + (rate === 0 ? 0 : (bytes / rate) * 1_000);
  if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
}
