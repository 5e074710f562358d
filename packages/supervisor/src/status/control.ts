import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { FaultError, fault, reasonOf } from '@ccbot/shared/faults/fault';
import { readLines } from '../child/lines';
import type { Report } from './report';

/** What may be asked on `run/supervisor.sock`: one line of JSON, `{"v":1,"ask":…}`. */
export type Ask = 'status' | 'watch' | 'restart' | 'stop';

/** One line of the answer. `report` lines follow for as long as the asker listens, but after `status` only one comes. */
export type Answer =
  | { v: 1; type: 'report'; report: Report }
  | { v: 1; type: 'refused'; text: string }
  /** The request was taken; `generation` is the worker that goes. */
  | { v: 1; type: 'accepted'; generation: number };

/** What answers the questions. */
export interface ControlHandlers {
  report(): Report;
  /** The same with its metrics. */
  measured(): Report;
  /** Returns why not, or null. */
  restart(): string | null;
  stop(): void;
}

/** The supervisor's end of the control socket. */
export interface Control {
  /** Hands the present report to everybody who watches. */
  publish(): void;
  /** How many listen. */
  watchers(): number;
  close(): Promise<void>;
}

/** Nobody needs more at a time; a further one is hung up on. */
const CONNECTIONS_MOST = 20;

/** Listens at `path`, which only the holder of the lock may do: a socket that is there is a dead one's. */
export async function openControl(path: string, handlers: ControlHandlers): Promise<Control> {
  const watching = new Set<Socket>();
  const open = new Set<Socket>();

  const server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => {
      open.delete(socket);
      watching.delete(socket);
    });
    socket.on('error', () => socket.destroy()); // the asker went away
    readLines(socket, (line) => answer(socket, line));
  });
  server.maxConnections = CONNECTIONS_MOST;

  function send(socket: Socket, message: Answer): void {
    // Somebody who watches and does not read must not fill our memory.
    if (socket.writableLength > 1_000_000) socket.destroy();
    else socket.write(`${JSON.stringify(message)}\n`);
  }

  function answer(socket: Socket, line: string): void {
    const ask = askOf(line);
    switch (ask) {
      case 'status':
        send(socket, { v: 1, type: 'report', report: handlers.measured() });
        socket.end();
        return;
      case 'watch':
        watching.add(socket);
        send(socket, { v: 1, type: 'report', report: handlers.report() });
        return;
      case 'restart': {
        const generation = handlers.report().worker?.generation ?? 0;
        watching.add(socket);
        const why = handlers.restart();
        if (why === null) send(socket, { v: 1, type: 'accepted', generation });
        else {
          send(socket, { v: 1, type: 'refused', text: why });
          socket.end();
        }
        return;
      }
      case 'stop':
        watching.add(socket);
        send(socket, { v: 1, type: 'accepted', generation: handlers.report().worker?.generation ?? 0 });
        handlers.stop();
        return;
      case null:
        send(socket, { v: 1, type: 'refused', text: 'unknown request' });
        socket.end();
    }
  }

  rmSync(path, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(new FaultError(fault('SOCKET_FAILED', { path, reason: reasonOf(error) }))),
    );
    server.listen(path, resolve);
  });
  chmodSync(path, 0o600);

  return {
    publish() {
      if (watching.size === 0) return;
      const report = handlers.report();
      for (const socket of watching) send(socket, { v: 1, type: 'report', report });
    },
    watchers: () => watching.size,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve()); // removes the socket's file as well
        // What is written goes out; whoever does not hang up is not waited for.
        for (const socket of open) socket.destroySoon();
      }),
  };
}

function askOf(line: string): Ask | null {
  try {
    const { v, ask } = JSON.parse(line) as { v?: unknown; ask?: unknown };
    return v === 1 && (ask === 'status' || ask === 'watch' || ask === 'restart' || ask === 'stop')
      ? ask
      : null;
  } catch {
    return null; // not JSON: another program found the socket
  }
}
