import { existsSync } from 'node:fs';
import { fault, FaultError, reasonOf } from '@ccbot/shared/faults/fault';
import { waitForEnd } from '../ending';
import { unknownKey } from '../keys';
import {
  PanesError,
  type Keystroke,
  type OpenRequest,
  type Panes,
  type PanesEvent,
  type PaneState,
} from '../panes';
import { checkStartable } from '../startable';
import { createTurns } from '../turns';
import { CAPTURE_FIELDS, readCapture } from './capture';
import { openChannel, type Channel, type Notification } from './channel';
import { createLink } from './link';
import { NOTE_OPTION, PANE_FIELDS, PANE_OPTION, readListing, WINDOW_OPTION, type Listing } from './listing';
import { DEATHS, endLeftOver, prepareSession } from './prepare';
import { literal } from './quote';
import { createTmuxStrays } from './strays';
import { ensureSession, isRecent, tmuxCommand, tmuxVersion, type ServerOptions } from './server';
import { typingSteps } from './typing';

/** How tmux is reached, and where its troubles are told. */
export interface TmuxOptions extends ServerOptions {
  /** More variables that no window gets from a server that somebody else started. */
  ownVariables?: readonly RegExp[];
  log(level: 'info' | 'warn' | 'error', text: string, meta?: Record<string, unknown>): void;
}

/** Where util-linux puts setpriv. */
const SETPRIV = '/usr/bin/setpriv';

/**
 * How often, and how long apart, ms, a listing is repeated in which the end of a program is unclear. tmux before 3.3
 * never names a signal, so it stays unclear there when a signal ended the program.
 */
const UNCLEAR_TRIES = 5;
const UNCLEAR_MS = 20;

/** The windows of a tmux session, over one control-mode client. */
export function createTmuxPanes(options: TmuxOptions): Panes {
  const { session: name, log } = options;
  const here = `=${name}:`;
  let listener: (event: PanesEvent) => void = () => undefined;
  let running = false;
  let started = false;
  const known = new Map<string, PaneState>();
  const watched = new Set<string>();
  /** Sessions that printed since their screen was last read. */
  const dirty = new Set<string>();
  /** Panes whose output tmux keeps to itself. Not by `off`: tmux may stop reading such a pane, and its program stands still. */
  const paused = new Set<string>();
  const turns = createTurns();
  let looking: { again: boolean } | undefined;

  const link = createLink({
    async open(onEnd) {
      await ensureSession(options);
      return openChannel({
        tmux: tmuxCommand(options),
        session: name,
        env: options.env,
        wrap: existsSync(SETPRIV) ? [SETPRIV, '--pdeathsig', 'KILL'] : [],
        onNotification: notified,
        onEnd,
      });
    },
    async prepare(channel: Channel) {
      // Only once: two workers that share a session by mistake would end each other's clients for ever.
      if (!started) await endLeftOver(channel, { here, log });
      started = true;
      await prepareSession(channel, here, options.ownVariables ?? []);
      const listing = await ask();
      for (const state of listing.tied.values()) known.set(state.session, state);
      await silence(listing);
    },
    onDown(reason) {
      forgetAll();
      listener({ type: 'down', reason });
    },
    onUp: () => listener({ type: 'up' }),
    log,
  });

  function forget(session: string): void {
    known.delete(session);
    watched.delete(session);
    dirty.delete(session);
  }

  function forgetAll(): void {
    for (const session of known.keys()) forget(session);
    paused.clear();
  }

  function checkRunning(): void {
    if (!running) throw new PanesError('server-down', 'tmux: not started');
  }

  async function paneOf(session: string): Promise<PaneState> {
    checkRunning();
    const state = known.get(session);
    if (state !== undefined) return state;
    await link.run(['display-message', '-p', '']); // a server that is away is another answer
    throw new PanesError('no-such-session', `no window carries the session ${session}`);
  }

  async function ask(): Promise<Listing> {
    const [lines = []] = await link.run(['list-panes', '-s', '-t', here, '-F', PANE_FIELDS]);
    return readListing(lines);
  }

  async function askUntilClear(): Promise<Listing> {
    for (let tries = 0; ; tries++) {
      const listing = await ask();
      if (!listing.unclear || tries >= UNCLEAR_TRIES) return listing;
      if (tries > 0) await remindServer();
      await new Promise((resolve) => setTimeout(resolve, UNCLEAR_MS));
    }
  }

  /** tmux 3.3a now and then leaves a program that ended a zombie until the next SIGCHLD, and does not know its status. */
  async function remindServer(): Promise<void> {
    const [[pid = ''] = []] = await link.run(['display-message', '-p', '#{pid}']);
    try {
      process.kill(Number(pid), 'SIGCHLD');
    } catch (error) {
      log('info', 'the tmux server took no signal', { reason: reasonOf(error) }); // it ended, and says so itself
    }
  }

  /** New panes start with their output on; it is held back until somebody watches. */
  async function silence({ all }: Listing): Promise<void> {
    for (const pane of paused) if (!all.has(pane)) paused.delete(pane);
    const loud = [...watched].map((session) => known.get(session)?.pane);
    const fresh = [...all].filter((pane) => !paused.has(pane) && !loud.includes(pane));
    if (fresh.length === 0) return;
    for (const pane of fresh) paused.add(pane);
    await link.run(['refresh-client', ...fresh.flatMap((pane) => ['-A', `${pane}:pause`])]);
  }

  function notified(event: Notification): void {
    switch (event.type) {
      case 'output': {
        const state = [...watched].map((s) => known.get(s)).find((s) => s?.pane === event.pane);
        if (state !== undefined) mark(state.session);
        return;
      }
      case 'paused':
        // Not by us: we read too slowly for a while.
        if (!paused.has(event.pane))
          later(() => link.run(['refresh-client', '-A', `${event.pane}:continue`]));
        return;
      case 'windows':
        return look();
      case 'changed':
        if (event.name === DEATHS && event.value === '1') look();
        return;
      default:
        return;
    }
  }

  function mark(session: string): void {
    if (dirty.has(session)) return;
    dirty.add(session);
    listener({ type: 'output', session });
  }

  /** Work that a notification asks for; that its window or the server is gone by then has its own event. */
  function later(work: () => Promise<unknown>): void {
    work().catch((error: unknown) => {
      if (!(error instanceof PanesError)) log('error', 'tmux', { reason: reasonOf(error) });
    });
  }

  /** Looks what became of the windows; asked for meanwhile, it looks once more. */
  function look(): void {
    if (looking !== undefined) {
      looking.again = true;
      return;
    }
    const mine = (looking = { again: false });
    later(async () => {
      try {
        await compare();
      } finally {
        looking = undefined;
        if (mine.again) look();
      }
    });
  }

  async function compare(): Promise<void> {
    const before = new Map(known);
    const listing = await askUntilClear();
    for (const [session, was] of before) {
      if (known.get(session) !== was) continue; // closed or opened anew meanwhile
      const now = listing.tied.get(session);
      if (now === undefined) {
        forget(session);
        listener({ type: 'closed', session });
        continue;
      }
      known.set(session, now);
      if (now.dead && !was.dead) listener({ type: 'died', session, exitStatus: now.exitStatus });
    }
    await silence(listing);
  }

  async function open(request: OpenRequest): Promise<PaneState> {
    checkRunning();
    await checkStartable(request);
    const { session } = request;
    if (known.has(session)) {
      throw new PanesError('refused', `a window of the session ${session} is open already`);
    }
    const env = Object.entries(request.env).flatMap(([key, value]) => ['-e', `${key}=${value}`]);
    // tmux gives a single argument to the user's shell; several it runs as they are.
    const argv = request.argv.length === 1 ? ['/bin/sh', '-c', 'exec "$0"', ...request.argv] : request.argv;
    // A name of its own until the window is tied, so that the sequence finds it whatever else the session holds.
    const temporary = `ccbot-new-${session}`;
    const target = `${here}=${temporary}`;
    const tie = (flag: string, key: string, value: string): string[] => ['set-option', flag, '-t', target, key, value]; // prettier-ignore
    let replies: string[][];
    try {
      // One sequence: tmux runs it to its end, whatever happens to this process meanwhile.
      replies = await link.run(
        ['new-window', '-d', '-P', '-F', '#{window_id}\t#{pane_id}\t#{pane_pid}', '-t', here, '-n', temporary, '-c', literal(request.cwd), ...env, '--', ...argv], // prettier-ignore
        tie('-w', WINDOW_OPTION, session),
        tie('-p', PANE_OPTION, session),
        ...(request.note === undefined ? [] : [tie('-p', NOTE_OPTION, request.note)]),
        tie('-w', 'remain-on-exit', 'on'),
        tie('-w', 'allow-rename', 'off'),
        tie('-w', 'automatic-rename', 'off'),
        ['rename-window', '-t', target, '--', literal(request.name)],
      );
    } catch (error) {
      if (!(error instanceof PanesError) || error.reason !== 'refused') throw error;
      later(() => link.run(['kill-window', '-t', target])); // half made
      throw new PanesError('spawn-failed', error.message);
    }
    const [window = '', pane = '', pid = ''] = (replies[0]?.[0] ?? '').split('\t');
    const state: PaneState = { session, window, pane, pid: Number(pid), dead: false, exitStatus: null };
    if (request.note !== undefined) state.note = request.note;
    known.set(session, state);
    look(); // the new pane is silenced; its program may have ended before its name was known here
    return state;
  }

  async function play(session: string, keys: readonly Keystroke[]): Promise<void> {
    const { pane } = await paneOf(session);
    const unknown = unknownKey(keys);
    if (unknown !== null) throw new PanesError('refused', `there is no key ${unknown}`);
    const [[state = ''] = []] = await link.run(['display-message', '-p', '-t', pane, '#{pane_dead} #{pane_in_mode}']); // prettier-ignore
    const [dead, mode] = state.split(' ');
    if (dead === '1') throw new PanesError('refused', 'the program has ended');
    if (mode !== '0') await leaveMode(pane);
    for (const step of typingSteps(pane, `ccbot-${session}`, keys)) {
      if (step.kind === 'pause') {
        await new Promise((resolve) => setTimeout(resolve, step.ms));
        continue;
      }
      try {
        await link.run(...step.commands);
      } catch (error) {
        for (const buffer of step.buffers) later(() => link.run(['delete-buffer', '-b', buffer]));
        throw error;
      }
    }
  }

  /** Somebody at the desk scrolled back, or chooses from a list: keys would go there. */
  async function leaveMode(pane: string): Promise<void> {
    try {
      await link.run(['copy-mode', '-q', '-t', pane]);
    } catch (error) {
      if (!(error instanceof PanesError) || error.reason !== 'refused') throw error;
      await link.run(['send-keys', '-t', pane, '-X', 'cancel']); // an older tmux, without -q
    }
  }

  const strays = createTmuxStrays({
    ...{ link, name, here },
    known: (session) => known.get(session),
    tied(state) {
      known.set(state.session, state);
      look(); // its output is held back until somebody watches
    },
    untied: forget,
  });

  return {
    kind: 'tmux',
    strays,
    async start(hear) {
      const version = await tmuxVersion(options.env);
      if (version === null || !isRecent(version)) {
        throw new FaultError(fault('TMUX_TOO_OLD', { version: version ?? '(not found)' }));
      }
      listener = hear;
      running = true;
      try {
        await link.start();
      } catch (error) {
        running = false;
        if (!(error instanceof PanesError)) throw error;
        const args = tmuxCommand(options).slice(1).join(' ');
        throw new FaultError(fault('TMUX_FAILED', { reason: error.message, arguments: args }));
      }
    },
    async list() {
      checkRunning();
      return [...(await askUntilClear()).tied.values()];
    },
    open: (request) => turns.take(request.session, () => open(request)),
    type: (session, keys) => turns.take(session, () => play(session, keys)),
    async screen(session) {
      const { pane } = await paneOf(session);
      dirty.delete(session);
      // Whether it is dead is asked in the same breath: it may die between two questions.
      const [[state = ''] = [], lines = []] = await link.run(
        ['display-message', '-p', '-t', pane, '#{pane_dead} #{alternate_on} #{history_size}'],
        ['capture-pane', '-p', '-t', pane, '-S', '-1'],
      );
      const [dead, alternate, history] = state.split(' ');
      const rows = lines.map((line) => line.trimEnd());
      // Under a program that ended tmux writes a line of its own, for which the others move up by one.
      if (dead === '1') return rows.slice(alternate === '1' ? 1 : 0, -1);
      return rows.slice(history === '0' ? 0 : 1);
    },
    async capture(session) {
      const { pane } = await paneOf(session);
      dirty.delete(session);
      const [[state = ''] = [], lines = []] = await link.run(
        ['display-message', '-p', '-t', pane, CAPTURE_FIELDS],
        // -N: blanks at the end of a row may have a colour.
        ['capture-pane', '-e', '-N', '-p', '-t', pane],
      );
      return readCapture(state, lines);
    },
    async watch(session, on) {
      const { pane } = await paneOf(session);
      if (on === watched.has(session)) return;
      dirty.delete(session);
      if (on) {
        watched.add(session);
        paused.delete(pane);
      } else {
        watched.delete(session);
        paused.add(pane);
      }
      await link.run(['refresh-client', '-A', `${pane}:${on ? 'continue' : 'pause'}`]);
      // What was printed before nobody was told of: it counts as output.
      if (on && watched.has(session)) mark(session);
    },
    async close(session) {
      const { pane, pid, dead, adopted } = await paneOf(session);
      forget(session);
      try {
        // Beside an adopted one there may be more of the person's own.
        await link.run([adopted === true ? 'kill-pane' : 'kill-window', '-t', pane]);
      } catch (error) {
        if (!(error instanceof PanesError) || error.reason !== 'refused') throw error;
        // It was closed at the desk a moment ago.
      }
      if (!dead) await waitForEnd(pid);
    },
    async stop() {
      running = false;
      await turns.idle();
      listener = () => undefined;
      await link.stop();
      forgetAll();
    },
  };
}
