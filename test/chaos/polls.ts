import type { IncomingMessage, ServerResponse } from 'node:http';
import { createArrivals } from './arrivals';
import { now } from './clock';
import { isAlive, ownerOfPort } from './watch';

/** A poll as the network sees it. */
export interface SeenPoll {
  /** Arrival, ms of the monotonic clock. */
  at: number;
  /** The process; null when it is none of the living workers. */
  pid: number | null;
}

/** All calls of `getUpdates`, with the process that made them. */
export interface SeenPolls {
  /** Records a request; the sandbox calls it for each request. */
  onRequest(request: IncomingMessage, response: ServerResponse): void;
  /** Newest last. */
  all: readonly SeenPoll[];
  /** Polls that were open at the same time as a poll of another living worker. */
  overlaps: readonly string[];
  /** Resolves with the time of the first poll after `since` by a living worker other than `except`; null after `limitMs`. */
  after(since: number, limitMs: number, except?: number): Promise<number | null>;
}

/** `workers` returns the pids of the living workers. */
export function watchPolls(workers: () => readonly number[]): SeenPolls {
  const arrivals = createArrivals<SeenPoll>();
  const overlaps: string[] = [];
  const open = new Map<ServerResponse, number>();
  return {
    all: arrivals.all,
    overlaps,
    onRequest(request, response) {
      if (request.url?.endsWith('/getUpdates') !== true) return;
      const pid = ownerOfPort(request.socket.remotePort ?? 0, workers());
      for (const other of open.values()) {
        // The kernel closes the polls of a killed worker; a poll of another living worker means a second poller.
        if (pid !== null && other !== pid && isAlive(other)) {
          overlaps.push(`polls of ${other} and ${pid} at the same time`);
        }
      }
      if (pid !== null) {
        open.set(response, pid);
        response.once('close', () => open.delete(response));
      }
      arrivals.add({ at: now(), pid });
    },
    async after(since, limitMs, except) {
      const fits = ({ at, pid }: SeenPoll): boolean => at > since && pid !== null && pid !== except;
      return (await arrivals.first(fits, limitMs))?.at ?? null;
    },
  };
}
