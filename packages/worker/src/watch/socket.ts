import { createServer, type Server, type Socket } from 'node:net';
import { parseJson } from '@ccbot/shared/protocol/json';
import * as z from 'zod/mini';
import { fault, FaultError, reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';
import { connectOwn, listenOwn } from '@ccbot/shared/ownership/socket';

/** The longest line, bytes. A prompt of a megabyte still fits. */
const LINE_MAX = 8 * 1024 * 1024;

/** A connection without a whole line for this long, ms, is closed. */
const IDLE_MAX_MS = 5_000;

const NEWLINE = 10;

/** What every line has: the protocol's version, and its kind. */
const head = z.looseObject({ v: z.literal(1), kind: z.string() });

/** A line as received; the handler of its kind reads the rest. */
export type SocketLine = z.infer<typeof head>;

/** The other end of a connection. */
export interface Peer {
  /** Sends one line of JSON. Does nothing when the other end is gone, which `onGone` reports. */
  reply(line: Readonly<Record<string, unknown>>): void;
  /** Keeps the connection open without a time limit, for a `reply` that comes later. */
  hold(): void;
  /** Closes the connection once every reply is sent. */
  end(): void;
  /** Calls `listener` once when the connection is closed by either end; immediately if it is already. */
  onGone(listener: () => void): void;
}

/** Handles one kind of line. False: the line is not understood, and the connection is closed. */
export type SocketHandler = (line: SocketLine, peer: Peer) => boolean;

export interface SocketListener {
  close(): Promise<void>;
}

/**
 * Listens on the worker's socket, which only this user can reach, for lines of JSON; each kind has a handler. The socket
 * of a dead worker is removed, one in use is a fault. Throws a {@link FaultError} `SOCKET_FAILED`.
 */
export async function listenOnSocket(
  path: string,
  handlers: ReadonlyMap<string, SocketHandler>,
  log: LogFn,
): Promise<SocketListener> {
  if (await answers(path)) throw failed(path, new Error('another worker listens on it'));
  const sockets = new Set<Socket>();
  // A client that waits for an answer keeps its side open, so that its death is noticed.
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serve(socket, handlers, log);
  });
  try {
    await listenOwn(server, path);
  } catch (error) {
    throw failed(path, error);
  }
  return { close: () => shut(server, sockets) };
}

/** Null for anything but JSON of this version. */
export function parseLine(text: string): SocketLine | null {
  return parseJson(head, text);
}

function failed(path: string, error: unknown): FaultError {
  return new FaultError(fault('SOCKET_FAILED', { path, reason: reasonOf(error) }));
}

interface Connection {
  socket: Socket;
  peer: Peer;
  handlers: ReadonlyMap<string, SocketHandler>;
  log: LogFn;
  /** The beginning of a line whose end has not arrived. */
  rest: Buffer[];
  restLength: number;
}

function serve(socket: Socket, handlers: ReadonlyMap<string, SocketHandler>, log: LogFn): void {
  const connection: Connection = {
    socket,
    peer: peerOf(socket),
    handlers,
    log,
    rest: [],
    restLength: 0,
  };
  socket.setTimeout(IDLE_MAX_MS, () => socket.destroy());
  socket.on('error', (error) => log('info', 'socket connection broken', { reason: error.message }));
  socket.on('data', (chunk: Buffer) => onData(connection, chunk));
}

function onData(connection: Connection, chunk: Buffer): void {
  const { socket, rest, log } = connection;
  connection.restLength += chunk.length;
  if (connection.restLength > LINE_MAX) {
    log('warn', 'socket line too long');
    socket.destroy();
    return;
  }
  rest.push(chunk);
  if (!chunk.includes(NEWLINE)) return;
  const lines = Buffer.concat(rest).toString('utf8').split('\n');
  const last = lines.pop() ?? '';
  connection.rest = last === '' ? [] : [Buffer.from(last)];
  connection.restLength = Buffer.byteLength(last);
  for (const text of lines) {
    if (handleLine(connection, text)) continue;
    log('warn', 'socket line not understood');
    socket.destroy();
    return;
  }
}

/** False: the line is not understood. */
export function handleLine(
  { handlers, peer, log }: Pick<Connection, 'handlers' | 'peer' | 'log'>,
  text: string,
): boolean {
  const line = parseLine(text);
  const handler = line === null ? undefined : handlers.get(line.kind);
  if (line === null || handler === undefined) return false;
  try {
    return handler(line, peer);
  } catch (error) {
    // A full disk: the agent's records report the same again, and the next prompt binds the window.
    log('warn', 'socket line not handled', { kind: line.kind, reason: reasonOf(error) });
    return true;
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

/** Whether a process listens on the socket. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connectOwn(path);
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
