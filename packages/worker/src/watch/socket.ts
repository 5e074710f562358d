import { chmodSync, existsSync, unlinkSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import * as z from 'zod/mini';
import { fault, FaultError, reasonOf } from '@ccbot/shared/faults/fault';

/** A line that is longer than this, bytes, is not one. A prompt of a megabyte still fits. */
const LINE_MAX = 8 * 1024 * 1024;

/** A connection that has sent no whole line after this long, ms, is closed. */
const PATIENCE_MS = 5_000;

/** What every line has: the protocol's version, and what it is. */
const head = z.looseObject({ v: z.literal(1), kind: z.string() });

/** A line as it came in; its kind's handler reads the rest. */
export type SocketLine = z.infer<typeof head>;

/** The other end of a connection. */
export interface Peer {
  /** Sends one line of JSON. Nothing happens when the other end is gone: that is told by `onGone`. */
  reply(line: Readonly<Record<string, unknown>>): void;
  /** Keeps the connection without a limit of time: an answer follows later, by `reply`. Ends with `end`, or with the other end. */
  hold(): void;
  /** Ends the connection when all that was replied has been sent. */
  end(): void;
  /** Hears once that the connection is over, whoever ended it; at once when it is over already. */
  onGone(listener: () => void): void;
}

/** Takes one kind of line; false: it is not understood, and the connection is closed. */
export type SocketHandler = (line: SocketLine, peer: Peer) => boolean;

/** A listener that can be closed. */
export interface SocketListener {
  close(): Promise<void>;
}

type Say = (level: 'info' | 'warn', text: string) => void;

/**
 * Listens on the worker's socket, 0600: lines of JSON, each kind taken by its own handler. A stale socket of a dead
 * worker is removed; a live one is a fault. Throws a {@link FaultError} `SOCKET_FAILED`.
 */
export async function listenOnSocket(
  path: string,
  handlers: ReadonlyMap<string, SocketHandler>,
  log: Say,
): Promise<SocketListener> {
  if (existsSync(path)) {
    if (await answers(path)) throw failed(path, new Error('another worker listens on it'));
    unlinkSync(path);
  }
  const sockets = new Set<Socket>();
  // Whoever waits for an answer keeps its side open: that is how its death is noticed.
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serve(socket, handlers, log);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(failed(path, error)));
    server.listen(path, resolve);
  });
  chmodSync(path, 0o600);
  return { close: () => shut(server, sockets) };
}

/** Reads a line's head; null for anything else than JSON of this version. */
export function parseLine(text: string): SocketLine | null {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return null; // garbage, or half a line
  }
  const parsed = head.safeParse(raw);
  return parsed.success ? parsed.data : null;
}

function failed(path: string, error: unknown): FaultError {
  return new FaultError(fault('SOCKET_FAILED', { path, reason: reasonOf(error) }));
}

function serve(socket: Socket, handlers: ReadonlyMap<string, SocketHandler>, log: Say): void {
  let held: Buffer[] = [];
  let length = 0;
  const peer = peerOf(socket);
  socket.setTimeout(PATIENCE_MS, () => socket.destroy());
  socket.on('error', (error) => log('info', `a connection to the worker's socket broke: ${error.message}`));
  socket.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > LINE_MAX) {
      log('warn', "too long a line came on the worker's socket");
      socket.destroy();
      return;
    }
    held.push(chunk);
    if (!chunk.includes(10)) return;
    const lines = Buffer.concat(held).toString('utf8').split('\n');
    const rest = lines.pop() ?? '';
    held = rest === '' ? [] : [Buffer.from(rest)];
    length = Buffer.byteLength(rest);
    for (const text of lines) {
      if (take(text)) continue;
      log('warn', "a line on the worker's socket was not understood");
      socket.destroy();
      return;
    }
  });

  function take(text: string): boolean {
    const line = parseLine(text);
    const handler = line === null ? undefined : handlers.get(line.kind);
    if (line === null || handler === undefined) return false;
    try {
      return handler(line, peer);
    } catch (error) {
      // A full disk: the agent's records tell the same again, and the next prompt binds the window.
      log('warn', `what came on the worker's socket could not be taken: ${reasonOf(error)}`);
      return true;
    }
  }
}

function peerOf(socket: Socket): Peer {
  return {
    reply(line) {
      if (socket.writable) socket.write(`${JSON.stringify(line)}\n`);
    },
    hold() {
      socket.setTimeout(0);
    },
    end() {
      socket.end();
    },
    onGone(listener) {
      if (socket.destroyed) listener();
      else socket.once('close', () => listener());
    },
  };
}

/** Whether somebody listens on a socket. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });
}

function shut(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of sockets) socket.destroy();
  });
}
