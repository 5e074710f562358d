import { createServer, type Socket } from 'node:net';
import { FaultError, fault, reasonOf } from '@ccbot/shared/faults/fault';
import { listenOwn } from '@ccbot/shared/ownership/socket';
import { parseJson } from '@ccbot/shared/protocol/json';
import * as z from 'zod/mini';
import { readLines } from '../child/lines';
import { ownEnvironment, type OwnEnvironment } from './environment';
import { report, type Report } from './report';

/** A command on `run/supervisor.sock`: one line of JSON, `{"v":1,"ask":…}`. */
const command = z.object({
  v: z.literal(1),
  ask: z.enum(['status', 'watch', 'environment', 'restart', 'stop']),
});
export type ControlCommand = z.infer<typeof command>['ask'];

/** One line of the answer. Reports follow for as long as the client listens, except after `status` and `environment`, which get one. */
export const answerLine = z.discriminatedUnion('type', [
  z.object({ v: z.literal(1), type: z.literal('report'), report }),
  /** To `environment`: what it has of the variables that a service carries, and the names of secrets. */
  z.object({ v: z.literal(1), type: z.literal('environment'), environment: ownEnvironment }),
  z.object({ v: z.literal(1), type: z.literal('refused'), text: z.string() }),
  /** To `restart`: the bot token is being read again, and the worker runs on meanwhile. */
  z.object({ v: z.literal(1), type: z.literal('reading-token') }),
  /** `generation` is that of the worker which will stop. `kept`: why the token was not read again; the known one stays. */
  z.object({
    v: z.literal(1),
    type: z.literal('accepted'),
    generation: z.number(),
    kept: z.exactOptional(z.string()),
  }),
]);
export type Answer = z.infer<typeof answerLine>;

export interface ControlHandlers {
  report(): Report;
  reportWithMetrics(): Report;
  environment(): OwnEnvironment;
  /** `slow` is called if the bot token takes a while. */
  restart(slow: () => void): Promise<Restarted>;
  stop(): void;
}

/** The reason if nothing is restarted, or the worker that will stop, and why its token stays if it was not read again. */
export type Restarted = { refused: string } | { refused: null; kept: string | null; generation: number };

/** The supervisor's end of the control socket. */
export interface Control {
  /** Sends the current report to all watchers. */
  publish(): void;
  /** The number of watchers. */
  watchers(): number;
  close(): Promise<void>;
}

/** Further connections are closed; ordinary use needs far fewer. */
const CONNECTIONS_MAX = 20;

/** A watcher that reads too slowly is disconnected before it fills our memory; bytes. */
const UNREAD_MAX = 1_000_000;

interface ControlState {
  readonly handlers: ControlHandlers;
  readonly watchers: Set<Socket>;
  readonly connections: Set<Socket>;
}

/** Listens at `path`. The caller holds the lock, so an existing socket file belongs to a dead supervisor. */
export async function openControl(path: string, handlers: ControlHandlers): Promise<Control> {
  const state: ControlState = { handlers, watchers: new Set(), connections: new Set() };
  const server = createServer((socket) => accept(state, socket));
  server.maxConnections = CONNECTIONS_MAX;

  try {
    await listenOwn(server, path);
  } catch (error) {
    throw new FaultError(fault('SOCKET_FAILED', { path, reason: reasonOf(error) }));
  }

  return {
    publish() {
      if (state.watchers.size === 0) return;
      const report = handlers.report();
      for (const socket of state.watchers) send(socket, { v: 1, type: 'report', report });
    },
    watchers: () => state.watchers.size,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve()); // also removes the socket file
        // Sends what is already written, but does not wait for the clients to hang up.
        for (const socket of state.connections) socket.destroySoon();
      }),
  };
}

function accept(state: ControlState, socket: Socket): void {
  state.connections.add(socket);
  socket.on('close', () => {
    state.connections.delete(socket);
    state.watchers.delete(socket);
  });
  socket.on('error', () => socket.destroy()); // the client is gone
  readLines(socket, (line) => answer(state, socket, commandOf(line)));
}

function answer({ handlers, watchers }: ControlState, socket: Socket, command: ControlCommand | null): void {
  switch (command) {
    case 'status':
      send(socket, { v: 1, type: 'report', report: handlers.reportWithMetrics() });
      socket.end();
      return;
    case 'environment':
      send(socket, { v: 1, type: 'environment', environment: handlers.environment() });
      socket.end();
      return;
    case 'watch':
      watchers.add(socket);
      send(socket, { v: 1, type: 'report', report: handlers.report() });
      return;
    case 'restart':
      watchers.add(socket);
      void handlers
        .restart(() => send(socket, { v: 1, type: 'reading-token' }))
        .then((restarted) => answerRestart(socket, restarted));
      return;
    case 'stop':
      watchers.add(socket);
      send(socket, { v: 1, type: 'accepted', generation: handlers.report().worker?.generation ?? 0 });
      handlers.stop();
      return;
    case null:
      send(socket, { v: 1, type: 'refused', text: 'unknown request' });
      socket.end();
  }
}

function answerRestart(socket: Socket, restarted: Restarted): void {
  if (restarted.refused !== null) {
    send(socket, { v: 1, type: 'refused', text: restarted.refused });
    socket.end();
    return;
  }
  const { generation, kept } = restarted;
  send(socket, { v: 1, type: 'accepted', generation, ...(kept === null ? {} : { kept }) });
}

function send(socket: Socket, message: Answer): void {
  if (socket.writableLength > UNREAD_MAX) socket.destroy();
  else socket.write(`${JSON.stringify(message)}\n`);
}

function commandOf(line: string): ControlCommand | null {
  return parseJson(command, line)?.ask ?? null; // null: not from a ccbot command
}
