import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';
import { PanesError } from '../model';
import type { Channel } from './channel';

/** The first and the longest pause before we try to reconnect, ms. */
const RETRY_FIRST_MS = 100;
const RETRY_MOST_MS = 5_000;

/** The pause before a channel is replaced that was of no use, ms: whatever made it so may do it again at once. */
const RENEW_MS = 1_000;

/** How a link opens its channels, and whom it tells about them. */
export interface LinkHost {
  /** Opens a channel; creates the server and the session if they are missing. The channel calls `onEnd` if it is lost. */
  open(onEnd: (reason: string) => void): Promise<Channel>;
  /** Makes a new channel ready for use. If it throws, the attempt has failed. */
  prepare(channel: Channel): Promise<void>;
  /** The server is gone; every command in flight has failed. */
  onDown(reason: string): void;
  /** The server is back, and prepared. */
  onUp(): void;
}

/** A channel that reconnects: at most one at a time, with backoff. */
export interface Link {
  /** Connects once; throws if that fails. Only a channel that is lost later is opened again. */
  start(host: LinkHost): Promise<void>;
  /** Runs commands on the channel; throws a {@link PanesError} `server-down` while there is none. */
  run: Channel['run'];
  /** Replaces a channel that works but is of no use, as if it had been lost. */
  renew(reason: string): void;
  /** Closes the channel or ends the attempts. Resolves when the client process is gone. */
  stop(): Promise<void>;
}

interface LinkState {
  readonly log: LogFn;
  host: LinkHost | undefined;
  /** In use, or being prepared. */
  channel: Channel | undefined;
  isReady: boolean;
  isStopped: boolean;
  retry: NodeJS.Timeout | undefined;
  /** The attempt to reconnect that runs now, or ran last. */
  attempt: Promise<void>;
}

export function createLink(log: LogFn): Link {
  const state: LinkState = {
    log,
    host: undefined,
    channel: undefined,
    isReady: false,
    isStopped: false,
    retry: undefined,
    attempt: Promise.resolve(),
  };
  return {
    start(host) {
      state.host = host;
      return connect(state, host);
    },
    run(...commands) {
      if (state.channel !== undefined) return state.channel.run(...commands);
      return Promise.reject(new PanesError('server-down', 'tmux: not connected'));
    },
    renew: (reason) => renew(state, reason),
    stop: () => stop(state),
  };
}

async function connect(state: LinkState, host: LinkHost): Promise<void> {
  const opened = await host.open((reason) => onEnd(state, host, reason));
  try {
    if (state.isStopped) throw new PanesError('server-down', 'tmux: stopped');
    state.channel = opened;
    await host.prepare(opened);
    state.isReady = true;
  } catch (error) {
    state.channel = undefined;
    await opened.close();
    throw error;
  }
}

function onEnd(state: LinkState, host: LinkHost, reason: string): void {
  // A channel in preparation: its commands in flight fail, and the attempt with them.
  if (!state.isReady) return;
  state.isReady = false;
  state.channel = undefined;
  if (state.isStopped) return;
  host.onDown(reason);
  reconnectAfter(state, host, RETRY_FIRST_MS);
}

function renew(state: LinkState, reason: string): void {
  const { host, channel, log } = state;
  if (host === undefined || channel === undefined || !state.isReady || state.isStopped) return;
  state.isReady = false;
  state.channel = undefined;
  host.onDown(reason);
  channel
    .close()
    .catch((error: unknown) => log('warn', 'tmux client not ended', { reason: reasonOf(error) }))
    .finally(() => {
      if (!state.isStopped) reconnectAfter(state, host, RENEW_MS);
    });
}

function reconnectAfter(state: LinkState, host: LinkHost, waitMs: number): void {
  state.retry = setTimeout(() => {
    state.attempt = connect(state, host).then(
      () => {
        if (!state.isStopped) host.onUp();
      },
      (error: unknown) => {
        if (state.isStopped) return;
        state.log('warn', 'tmux reconnect failed', { reason: reasonOf(error) });
        reconnectAfter(state, host, Math.min(waitMs * 2, RETRY_MOST_MS));
      },
    );
  }, waitMs);
}

async function stop(state: LinkState): Promise<void> {
  state.isStopped = true;
  clearTimeout(state.retry);
  const last = state.channel;
  state.channel = undefined;
  await last?.close();
  await state.attempt;
}
