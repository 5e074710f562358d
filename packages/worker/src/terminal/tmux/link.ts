import { reasonOf } from '@ccbot/shared/faults/fault';
import { PanesError } from '../model';
import type { Channel } from './channel';

/** First and longest wait before the server is looked for again, ms. */
const RETRY_FIRST_MS = 100;
const RETRY_MOST_MS = 5_000;

/** What a link needs of its surroundings. */
export interface LinkOptions {
  /** Opens a channel, making server and session where they are missing; `onEnd` is told of its end. */
  open(onEnd: (reason: string) => void): Promise<Channel>;
  /** Makes a fresh channel ready for use; what throws here makes the attempt a failure. */
  prepare(channel: Channel): Promise<void>;
  /** The server went away; every command in flight has failed. */
  onDown(reason: string): void;
  /** It is back, and prepared. */
  onUp(): void;
  log(level: 'info' | 'warn' | 'error', text: string, meta?: Record<string, unknown>): void;
}

/** A channel that comes back: at most one at a time, looked for again with backoff when it ends. */
export interface Link {
  /** Connects once; throws what went wrong. */
  start(): Promise<void>;
  /** Runs commands on the channel; throws a {@link PanesError} `server-down` while there is none. */
  run: Channel['run'];
  /** Ends the channel, or the search for one. Resolves when the client process is gone. */
  stop(): Promise<void>;
}

/** Makes a link that is not connected yet. */
export function createLink(options: LinkOptions): Link {
  /** In use, or being prepared. */
  let channel: Channel | undefined;
  let ready = false;
  let stopped = false;
  let retry: NodeJS.Timeout | undefined;
  let attempt: Promise<void> = Promise.resolve();

  async function connect(): Promise<void> {
    const opened = await options.open((reason) => {
      // While it is prepared, the commands in flight fail and the attempt with them.
      if (!ready) return;
      ready = false;
      channel = undefined;
      if (stopped) return;
      options.onDown(reason);
      search(RETRY_FIRST_MS);
    });
    try {
      if (stopped) throw new PanesError('server-down', 'tmux: stopped');
      channel = opened;
      await options.prepare(opened);
      ready = true;
    } catch (error) {
      channel = undefined;
      await opened.close();
      throw error;
    }
  }

  function search(waitMs: number): void {
    retry = setTimeout(() => {
      attempt = connect().then(
        () => {
          if (!stopped) options.onUp();
        },
        (error: unknown) => {
          if (stopped) return;
          options.log('warn', 'tmux is not back yet', { reason: reasonOf(error) });
          search(Math.min(waitMs * 2, RETRY_MOST_MS));
        },
      );
    }, waitMs);
  }

  return {
    start: connect,
    run(...commands) {
      if (channel !== undefined) return channel.run(...commands);
      return Promise.reject(new PanesError('server-down', 'tmux: not connected'));
    },
    async stop() {
      stopped = true;
      clearTimeout(retry);
      const last = channel;
      channel = undefined;
      await last?.close();
      await attempt;
    },
  };
}
