import { fault, FaultError } from '@ccbot/shared/faults/fault';
import { deathSignalPrefix } from '@ccbot/shared/programs/death-signal';
import { isRecentTmux, TMUX_OLDEST } from '@ccbot/shared/tmux/version';
import { PanesError, type PanesEvent } from '../model';
import { checkWindows, learnWindows } from './changes';
import { openChannel, type Channel, type Notification } from './channel';
import type { LinkHost } from './link';
import { onOutput, onPaused } from './output';
import { endLeftOver, prepareSession, PROGRAMS } from './prepare';
import { listPanes } from './query';
import { ensureSession, tmuxCommand, tmuxVersion } from './server';
import { forgetAll, targetOf, type TmuxState } from './state';

/** Connects to the server. Throws a `FaultError` `TMUX_NOT_FOUND`, `TMUX_TOO_OLD` or `TMUX_FAILED`. */
export async function startTmux(state: TmuxState, listener: (event: PanesEvent) => void): Promise<void> {
  const { options, link } = state;
  const version = await tmuxVersion(options);
  const { program } = options;
  if (version === null) throw new FaultError(fault('TMUX_NOT_FOUND', { program }));
  if (!isRecentTmux(version)) {
    throw new FaultError(fault('TMUX_TOO_OLD', { program, version, needed: TMUX_OLDEST }));
  }
  state.deathSignal = deathSignalPrefix(options.env);
  state.listener = listener;
  state.isRunning = true;
  try {
    await link.start(linkHost(state));
  } catch (error) {
    state.isRunning = false;
    if (!(error instanceof PanesError)) throw error;
    const args = tmuxCommand(options).slice(1).join(' ');
    throw new FaultError(fault('TMUX_FAILED', { reason: error.message, program, arguments: args }));
  }
}

/** Disconnects after the typing that is under way. The server and its windows stay. */
export async function stopTmux(state: TmuxState): Promise<void> {
  state.isRunning = false;
  await state.turns.idle();
  state.listener = () => undefined;
  await state.link.stop();
  forgetAll(state);
}

function linkHost(state: TmuxState): LinkHost {
  return {
    open: (onEnd) => connect(state, onEnd),
    prepare: (channel) => prepare(state, channel),
    onDown(reason) {
      forgetAll(state);
      state.listener({ type: 'down', reason });
    },
    onUp: () => state.listener({ type: 'up' }),
  };
}

async function connect(state: TmuxState, onEnd: (reason: string) => void): Promise<Channel> {
  const { options } = state;
  state.home = await ensureSession(options);
  return openChannel({
    client: {
      tmux: tmuxCommand(options),
      session: state.home,
      env: options.env,
      wrap: await state.deathSignal,
    },
    onNotification: (event) => onNotification(state, event),
    onEnd,
  });
}

async function prepare(state: TmuxState, channel: Channel): Promise<void> {
  const { options } = state;
  const target = targetOf(state);
  // Only once: two workers that share a session by mistake would kill each other's clients forever.
  if (!state.hasEndedLeftOver) await endLeftOver(channel, target, options.log);
  state.hasEndedLeftOver = true;
  await prepareSession(channel, target, options);
  await learnWindows(state, await listPanes(state));
}

function onNotification(state: TmuxState, event: Notification): void {
  switch (event.type) {
    case 'output':
      return onOutput(state, event.pane);
    case 'paused':
      return onPaused(state, event.pane);
    case 'windows':
      return checkWindows(state);
    case 'attached':
      // Our session was closed, or somebody switched our client: there it would hear of no window of ours.
      if (event.session !== state.home) state.link.renew(`attached to ${event.session}`);
      return;
    case 'changed':
      if (event.name === PROGRAMS) checkWindows(state);
      return;
    case 'exit':
    case 'other':
      return;
  }
}
