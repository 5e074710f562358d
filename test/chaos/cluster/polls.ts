import type { IncomingMessage, ServerResponse } from 'node:http';
import { createArrivals } from '../arrivals';
import { now } from '../clock';
import { isAlive } from '../watch';
import type { ChaosMachine } from './machine';

/** A call of `getUpdates`. */
interface SeenPoll {
  /** Arrival, ms of the monotonic clock. */
  at: number;
  host: string;
}

/** All calls of `getUpdates`, with the machine that made them. */
export interface ClusterPolls {
  /** Records a request; the sandbox calls it for each request. */
  onRequest(request: IncomingMessage, response: ServerResponse): void;
  readonly all: readonly SeenPoll[];
  /** Polls that Telegram held at the same time for two living workers that both still waited for the answer. */
  readonly overlaps: readonly string[];
  /** Resolves with the first poll after `since`, of another machine than `except`; null after `limitMs`. */
  after(since: number, limitMs: number, except?: string): Promise<SeenPoll | null>;
}

interface OpenPoll {
  host: string;
  pid: number;
  isWaiting(): boolean;
}

export function watchClusterPolls(machines: () => readonly ChaosMachine[]): ClusterPolls {
  const arrivals = createArrivals<SeenPoll>();
  const overlaps: string[] = [];
  const open = new Map<ServerResponse, OpenPoll>();
  return {
    all: arrivals.all,
    overlaps,
    onRequest(request, response) {
      if (request.url?.endsWith('/getUpdates') !== true) return;
      const port = request.socket.remotePort ?? 0;
      const machine = machines().find(({ relays }) => relays.telegram.isOpen(port) !== null);
      if (machine === undefined) return;
      const { host } = machine;
      const poll: OpenPoll = {
        host,
        pid: machine.pids('worker')[0] ?? 0,
        isWaiting: () => machine.relays.telegram.isOpen(port) === true,
      };
      for (const other of open.values()) {
        const isOther = other.host !== host || other.pid !== poll.pid;
        // The poll of a killed worker is nobody's, even where a cut hides its end from Telegram.
        if (isOther && isAlive(other.pid) && other.isWaiting() && poll.isWaiting())
          overlaps.push(`${other.host} (${other.pid}) and ${host} (${poll.pid}) at ${Math.round(now())} ms`);
      }
      open.set(response, poll);
      response.once('close', () => open.delete(response));
      arrivals.add({ at: now(), host });
    },
    after: (since, limitMs, except) =>
      arrivals.first(({ at, host }) => at > since && host !== except, limitMs),
  };
}
