import { fault, FaultError } from '@ccbot/shared/faults/fault';
import { deathSignalPrefix } from '@ccbot/shared/programs/death-signal';
import { knownProcess } from '@ccbot/shared/processes/known-process';
import { isRecentTmux, TMUX_OLDEST } from '@ccbot/shared/tmux/version';
import { PanesError, type PanesEvent } from '../model';
import { checkWindows, learnWindows } from './changes';
import { formatFor, readRow, SHAPES } from './fields';
import { openChannel, type Channel, type Notification } from './channel';
import { fitWindows, stopFitting } from './fit';
import type { LinkHost } from './link';
import { onOutput, onPaused } from './output';
import { endLeftOver, prepareSession, PROGRAMS } from './prepare';
import { listPanes } from './query';
import { ensureSession, tmuxCommand, tmuxVersion } from './server';
import { restoreSocket, socketPath } from './socket';
import { forgetAll, targetOf, type TmuxOptions, type TmuxState } from './state';

/** What a server says about itself. */
const SERVER = { pid: SHAPES.number, socket_path: null } as const;

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
  stopFitting(state);
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
  await findServer(options);
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

/** Throws if a server of ours runs that cannot be reached: a second one would be started beside it. */
async function findServer({ program, socket, existing, env, servers, log }: TmuxOptions): Promise<void> {
  const path = existing ?? socketPath(socket, env);
  if (await restoreSocket(path, servers, log)) return;
  throw new FaultError(
    fault('TMUX_FAILED', {
      reason: `a tmux server runs without its socket ${path}, and does not make it again`,
      program,
      arguments: tmuxCommand({ program, socket, ...(existing === undefined ? {} : { existing }) })
        .slice(2)
        .join(' '),
    }),
  );
}

/** Remembers the server as one that has windows of ours. */
async function rememberServer(state: TmuxState, channel: Channel): Promise<void> {
  const { options } = state;
  const [[line = ''] = []] = await channel.run(['display-message', '-p', formatFor(SERVER)]);
  const row = readRow(line, SERVER);
  if (row === null) return options.log('warn', 'tmux server not identified', { line });
  state.server = { socket: row.socket_path, process: knownProcess(Number(row.pid)) };
  options.servers.remember(state.server);
}

async function prepare(state: TmuxState, channel: Channel): Promise<void> {
  const { options } = state;
  const target = targetOf(state);
  // Only once: two workers that share a session by mistake would kill each other's clients forever.
  if (!state.hasEndedLeftOver) await endLeftOver(channel, target, options.log);
  state.hasEndedLeftOver = true;
  await rememberServer(state, channel);
  await prepareSession(channel, target, options);
  await learnWindows(state, await listPanes(state));
  fitWindows(state); // terminals may have come and gone while nobody looked
}

function onNotification(state: TmuxState, event: Notification): void {
  switch (event.type) {
    case 'output':
      return onOutput(state, event.pane);
    case 'paused':
      return onPaused(state, event.pane);
    case 'windows':
      fitWindows(state);
      return checkWindows(state);
    case 'clients':
      return fitWindows(state);
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
