import type { IncomingMessage, ServerResponse } from 'node:http';
import { now } from './clock';
import { lives, ownerOfPort } from './watch';

/** A poll as seen from the network. */
export interface SeenPoll {
  /** When it came, ms of the monotonic clock. */
  at: number;
  /** Whose it was; null: of none of the workers that live. */
  pid: number | null;
}

/** Every `getUpdates` that came in, with the process that made it. */
export interface SeenPolls {
  /** For the sandbox, of each request. */
  saw(request: IncomingMessage, response: ServerResponse): void;
  /** Newest last. */
  all: readonly SeenPoll[];
  /** Polls that were open at the same time as one of another living worker. */
  overlaps: readonly string[];
  /** Resolves with the time of the first poll after `since` by a living worker (other than `not`); null after `limitMs`. */
  after(since: number, limitMs: number, not?: number): Promise<number | null>;
}

/** Watches the polls; `workers` tells which workers live. */
export function watchPolls(workers: () => readonly number[]): SeenPolls {
  const all: SeenPoll[] = [];
  const overlaps: string[] = [];
  const open = new Map<ServerResponse, number>();
  const waiting = new Set<() => void>();
  return {
    all,
    overlaps,
    saw(request, response) {
      if (request.url?.endsWith('/getUpdates') !== true) return;
      const pid = ownerOfPort(request.socket.remotePort ?? 0, workers());
      for (const other of open.values()) {
        // What a killed worker left open is closed by the kernel with it; a living one's is a second poller.
        if (pid !== null && other !== pid && lives(other)) {
          overlaps.push(`polls of ${other} and ${pid} at the same time`);
        }
      }
      if (pid !== null) {
        open.set(response, pid);
        response.once('close', () => open.delete(response));
      }
      all.push({ at: now(), pid });
      for (const look of waiting) look();
    },
    after: (since, limitMs, not) =>
      new Promise((resolve) => {
        const done = (at: number | null): void => {
          clearTimeout(timer);
          waiting.delete(look);
          resolve(at);
        };
        const look = (): void => {
          const found = all.find(({ at, pid }) => at > since && pid !== null && pid !== not);
          if (found !== undefined) done(found.at);
        };
        const timer = setTimeout(() => done(null), limitMs);
        waiting.add(look);
        look();
      }),
  };
}
