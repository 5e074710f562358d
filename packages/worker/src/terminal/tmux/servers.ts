import { reasonOf } from '@ccbot/shared/faults/fault';
import { isRunning, type KnownProcess } from '@ccbot/shared/processes/known-process';
import { PanesError, type PanesEvent, type PaneState } from '../model';
import type { Panes } from '../panes';
import { CLAIM_ARGUMENTS, paneOfProcess } from './claim';
import { PANE_OPTION } from './listing';
import { createTmuxPanes, type TmuxPanes } from './panes';
import { runningServers } from './running-servers';
import { tmuxRunner, type RunTmux } from './server';
import type { KnownServer } from './server-memory';
import { reachServer } from './socket';
import type { TmuxOptions } from './state';
import { tieCommands } from './tie';

/** The least time between two attempts to reach the same servers, ms. */
const REACH_AGAIN_MS = 2_000;

/** How long a server may take to end after its clients were told, ms, and how often we look. */
const END_MS = 5_000;
const END_CHECK_MS = 50;

interface ServersState {
  readonly options: TmuxOptions;
  /** The server of the settings. New windows open there. */
  readonly primary: TmuxPanes;
  /** Servers that earlier settings led to and that have windows of ours, by the pid of the server. */
  readonly others: Map<number, TmuxPanes>;
  listener: (event: PanesEvent) => void;
  /** The attempt to reach them that runs now. */
  reaching: Promise<void> | undefined;
  reachedAt: number;
  isStopped: boolean;
}

/**
 * The windows on every tmux server that has some of ours: the one of the settings, and those that earlier settings led to.
 * A session stays where its window is. What cannot be reached now is tried again with the next `list`.
 */
export function createTmuxServers(options: TmuxOptions): Panes {
  const state: ServersState = {
    options,
    primary: createTmuxPanes(options),
    others: new Map(),
    listener: () => undefined,
    reaching: undefined,
    reachedAt: -Infinity,
    isStopped: false,
  };
  const { primary } = state;
  const of = (session: string): TmuxPanes =>
    [...state.others.values()].find((panes) => panes.has(session)) ?? primary;
  return {
    kind: 'tmux',
    strays: {
      ...primary.strays,
      untie: (session) => of(session).strays.untie(session),
      claim: (session, note, processes) => claim(state, session, note, processes),
    },
    async start(listener) {
      state.listener = listener;
      await primary.start(listener);
      await reachOthers(state);
    },
    list: () => list(state),
    open: (request) => primary.open(request),
    type: (session, keys, mark, as) => of(session).type(session, keys, mark, as),
    screen: (session) => of(session).screen(session),
    capture: (session) => of(session).capture(session),
    watch: (session, on) => of(session).watch(session, on),
    close: (session) => of(session).close(session),
    async stop() {
      state.isStopped = true;
      await state.reaching;
      await Promise.all([primary, ...state.others.values()].map((panes) => panes.stop()));
    },
  };
}

/** What another server does not answer is unknown; its sessions are not in the list. */
async function list(state: ServersState): Promise<PaneState[]> {
  const { primary, others, options } = state;
  const panes = await primary.list();
  if (performance.now() - state.reachedAt >= REACH_AGAIN_MS) await reachOthers(state);
  for (const [pid, other] of others) {
    try {
      panes.push(...(await other.list()));
    } catch (error) {
      if (!(error instanceof PanesError)) throw error;
      options.log('info', 'tmux server not listed', { pid, reason: error.message });
    }
  }
  return panes;
}

/** Connects to the known servers that run. One attempt at a time. */
function reachOthers(state: ServersState): Promise<void> {
  state.reaching ??= reach(state).finally(() => {
    state.reachedAt = performance.now();
    state.reaching = undefined;
  });
  return state.reaching;
}

async function reach(state: ServersState): Promise<void> {
  const { options, primary, others } = state;
  for (const known of options.servers.running()) {
    const { pid } = known.process;
    if (pid === primary.server()?.process.pid || others.has(pid) || state.isStopped) continue;
    try {
      await connectTo(state, known);
    } catch (error) {
      options.log('warn', 'tmux server not reached', { ...known, reason: reasonOf(error) });
    }
  }
}

async function connectTo(state: ServersState, known: KnownServer): Promise<void> {
  const { options, others } = state;
  const server = await reachServer(known, (socket) => pidAt(options, socket), options.log);
  if (server === null) throw new Error('it does not make its socket');
  const tmux = runnerAt(options, server.socket);
  const tied = (await tmux('list-panes', '-a', '-F', `#{${PANE_OPTION}}`)).trim();
  if (tied === '') return options.servers.forget(known); // its sessions have ended
  const panes = createTmuxPanes({ ...options, existing: server.socket });
  others.set(server.process.pid, panes);
  try {
    await panes.start((event) => onEvent(state, server, event));
  } catch (error) {
    others.delete(server.process.pid);
    throw error;
  }
  options.log('info', 'windows on another tmux server', { ...server });
}

function onEvent(state: ServersState, server: KnownServer, event: PanesEvent): void {
  state.listener(event);
  if (event.type !== 'down') return;
  dropEnded(state, server).catch((error: unknown) =>
    state.options.log('warn', 'tmux client not ended', { reason: reasonOf(error) }),
  );
}

/**
 * Gives up a server that is ending: its client would wait for it forever. What became of its sessions is then looked up
 * as after any loss.
 */
async function dropEnded(state: ServersState, server: KnownServer): Promise<void> {
  const { others, options, listener } = state;
  const { pid } = server.process;
  for (let waited = 0; waited < END_MS && isRunning(server.process); waited += END_CHECK_MS)
    await new Promise((resolve) => setTimeout(resolve, END_CHECK_MS).unref());
  const panes = others.get(pid);
  if (isRunning(server.process) || panes === undefined || state.isStopped) return; // only its client was lost
  others.delete(pid);
  options.servers.forget(server);
  await panes.stop();
  if (!state.isStopped) listener({ type: 'up' });
}

async function claim(
  state: ServersState,
  session: string,
  note: string,
  processes: readonly KnownProcess[],
): Promise<PaneState | undefined> {
  const { primary, others, options } = state;
  for (const panes of [primary, ...others.values()]) {
    const found = await panes.strays.claim(session, note, processes);
    if (found !== undefined) return found;
  }
  const connected = [primary, ...others.values()].map((panes) => panes.server()?.process.pid);
  for (const server of await runningServers()) {
    if (connected.includes(server.process.pid)) continue;
    try {
      if (!(await claimAt(state, server, { session, note, processes }))) continue;
      await connectTo(state, server);
      return (await list(state)).find((pane) => pane.session === session);
    } catch (error) {
      options.log('info', 'tmux server not searched', { ...server, reason: reasonOf(error) });
    }
  }
  return undefined;
}

/** Ties the pane of a process on a server that we are not connected to. */
async function claimAt(
  { options }: ServersState,
  known: KnownServer,
  { session, note, processes }: { session: string; note: string; processes: readonly KnownProcess[] },
): Promise<boolean> {
  const server = await reachServer(known, (socket) => pidAt(options, socket), options.log);
  if (server === null) return false;
  const tmux = runnerAt(options, server.socket);
  const lines = (await tmux('list-panes', ...CLAIM_ARGUMENTS)).split('\n');
  const found = paneOfProcess(lines, session, processes);
  if (found === undefined) return false;
  const marks = tieCommands(found.pane, { session, note, isAdopted: false });
  await tmux(...marks.flatMap((command, i) => (i === 0 ? command : [';', ...command])));
  options.servers.remember(server);
  return true;
}

const runnerAt = (options: TmuxOptions, existing: string): RunTmux => tmuxRunner({ ...options, existing });

/** The server that answers at a socket; null: none does. */
async function pidAt(options: TmuxOptions, socket: string): Promise<number | null> {
  try {
    return Number(await runnerAt(options, socket)('display-message', '-p', '#{pid}'));
  } catch {
    return null; // it does not answer, or runs another version of tmux
  }
}
