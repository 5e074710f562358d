import { existsSync } from 'node:fs';
import { fault, FaultError, reasonOf } from '@ccbot/shared/faults/fault';
import { PanesError, type Keystroke, type Panes, type PanesEvent, type PaneState } from '../panes';
import { openChannel, type Channel, type Notification } from './channel';
import { shellQuote } from './quote';
import { ensureSession, isRecent, tmuxCommand, tmuxVersion, type ServerOptions } from './server';

export interface TmuxOptions extends ServerOptions {
  log(level: 'info' | 'warn' | 'error', text: string, meta?: Record<string, unknown>): void;
}

/** First and longest wait before the server is looked for again, ms. */
const RECONNECT_FIRST_MS = 100;
const RECONNECT_MOST_MS = 5_000;

/** Text goes to tmux in pieces of this many UTF-16 units; its parser took 20 KB in one line without trouble. */
const CHUNK = 8_000;

/** What is asked of every window; tab-separated, as no field can hold a tab. */
const FIELDS = '#{@ccbot_session}\t#{window_id}\t#{pane_id}\t#{pane_pid}\t#{pane_dead}\t#{pane_dead_status}';

/** Name of the subscription that tells which panes are dead. */
const DEATHS = 'ccbot-dead';

/** The environment variables that no window may inherit from a server somebody else started. */
const SECRETS = ['TELEGRAM_BOT_TOKEN'];

/** The windows of a tmux session, over one control-mode client. */
export function createTmuxPanes(options: TmuxOptions): Panes {
  const { session: name } = options;
  const here = `${name}:`;
  let channel: Channel | undefined;
  let listener: (event: PanesEvent) => void = () => undefined;
  let stopped = false;
  let retry: NodeJS.Timeout | undefined;
  const windows = new Map<string, PaneState>();
  const watched = new Set<string>();
  /** Sessions that printed since their screen was last read. */
  const dirty = new Set<string>();
  const queues = new Map<string, Promise<unknown>>();

  async function connect(): Promise<void> {
    await ensureSession(options);
    const opened = await openChannel({
      tmux: tmuxCommand(options),
      session: name,
      env: options.env,
      wrap: existsSync(SETPRIV) ? [SETPRIV, '--pdeathsig', 'KILL'] : [],
      onNotification: (event) => notified(event),
      onEnd: (reason) => down(reason),
    });
    channel = opened;
    await endLeftOver(opened);
    for (const key of SECRETS) await opened.run(['set-environment', '-t', here, '-r', key]);
    await opened.run(['set-option', '-t', here, '@ccbot_client', String(opened.pid)]);
    windows.clear();
    for (const pane of await list()) windows.set(pane.session, pane);
    await silence(here, ['-s']);
    // What a pane-died hook runs notifies no control client; the server's own tick, once a second, does.
    await opened.run(['refresh-client', '-B', `${DEATHS}:%*:#{pane_dead}`]);
  }

  /** A stopped or blocked client of an earlier worker would freeze the agents: it is ended. */
  async function endLeftOver(opened: Channel): Promise<void> {
    const [lines] = await opened.run(['show-options', '-v', '-q', '-t', here, '@ccbot_client']);
    const left = Number(lines?.[0] ?? '');
    if (!Number.isInteger(left) || left <= 0 || left === opened.pid) return;
    const [clients = []] = await opened.run(['list-clients', '-F', '#{client_pid} #{client_control_mode}']);
    // Only a pid that tmux itself knows as a control client: it may have been reused.
    if (!clients.includes(`${left} 1`)) return;
    options.log('warn', 'a left-over tmux client is ended', { pid: left });
    try {
      process.kill(left, 'SIGKILL');
    } catch (error) {
      options.log('info', 'it was gone already', { reason: reasonOf(error) });
    }
  }

  /** New panes start with their output on; it is switched off until somebody looks. */
  async function silence(target: string, flags: readonly string[] = []): Promise<void> {
    const [panes = []] = await live().run(['list-panes', ...flags, '-t', target, '-F', '#{pane_id}']);
    const off = panes.filter((pane) => ![...watched].some((s) => windows.get(s)?.pane === pane));
    if (off.length > 0) await live().run(...off.map((pane) => ['refresh-client', '-A', `${pane}:off`]));
  }

  function down(reason: string): void {
    channel = undefined;
    windows.clear();
    watched.clear();
    dirty.clear();
    if (stopped) return;
    listener({ type: 'down', reason });
    reconnect(RECONNECT_FIRST_MS);
  }

  function reconnect(waitMs: number): void {
    retry = setTimeout(() => {
      connect()
        .then(() => {
          if (!stopped) listener({ type: 'up' });
        })
        .catch((error: unknown) => {
          if (stopped) return;
          options.log('warn', 'tmux is not back yet', { reason: reasonOf(error) });
          reconnect(Math.min(waitMs * 2, RECONNECT_MOST_MS));
        });
    }, waitMs);
  }

  function live(): Channel {
    if (channel === undefined) throw new PanesError('server-down', 'tmux: not connected');
    return channel;
  }

  function paneOf(session: string): PaneState {
    const pane = windows.get(session);
    if (pane !== undefined) return pane;
    live();
    throw new PanesError('no-such-session', `no window carries the session ${session}`);
  }

  const bySession = (match: (pane: PaneState) => boolean): PaneState | undefined =>
    [...windows.values()].find(match);

  function notified(event: Notification): void {
    switch (event.type) {
      case 'output': {
        const pane = bySession((p) => p.pane === event.pane);
        if (pane === undefined || !watched.has(pane.session) || dirty.has(pane.session)) return;
        dirty.add(pane.session);
        listener({ type: 'output', session: pane.session });
        return;
      }
      case 'paused':
        return later(() => live().run(['refresh-client', '-A', `${event.pane}:continue`]));
      case 'window-added':
        return later(() => silence(event.window));
      case 'window-closed': {
        const pane = bySession((p) => p.window === event.window);
        if (pane === undefined) return;
        forget(pane.session);
        listener({ type: 'closed', session: pane.session });
        return;
      }
      case 'changed':
        if (event.name === DEATHS && event.value === '1') later(() => lookForDeath(event.window));
        return;
      default:
        return;
    }
  }

  /** Work that a notification asks for; that its window is gone by then is no fault. */
  function later(work: () => Promise<unknown>): void {
    work().catch((error: unknown) => {
      if (!(error instanceof PanesError)) options.log('error', 'tmux', { reason: reasonOf(error) });
    });
  }

  async function lookForDeath(window: string): Promise<void> {
    const known = bySession((p) => p.window === window);
    if (known === undefined || known.dead) return;
    const now = (await list()).find((p) => p.session === known.session);
    if (now?.dead !== true || windows.get(known.session)?.dead !== false) return;
    windows.set(known.session, now);
    listener({ type: 'died', session: known.session, exitStatus: now.exitStatus });
  }

  function forget(session: string): void {
    windows.delete(session);
    watched.delete(session);
    dirty.delete(session);
  }

  async function list(): Promise<PaneState[]> {
    const [lines = []] = await live().run(['list-panes', '-s', '-t', here, '-F', FIELDS]);
    return lines.flatMap((line) => {
      const [session = '', window = '', pane = '', pid = '', dead = '', status = ''] = line.split('\t');
      if (session === '') return [];
      const exitStatus = status === '' ? null : Number(status);
      return [{ session, window, pane, pid: Number(pid), dead: dead === '1', exitStatus }];
    });
  }

  /** Runs `work` after all earlier work on the same session. */
  function inTurn<T>(session: string, work: () => Promise<T>): Promise<T> {
    const before = queues.get(session) ?? Promise.resolve();
    const mine = before.then(work, work);
    const settled = mine.then(
      () => undefined,
      () => undefined, // told to the caller of `mine`
    );
    queues.set(session, settled);
    void settled.then(() => {
      if (queues.get(session) === settled) queues.delete(session);
    });
    return mine;
  }

  async function play(session: string, keys: readonly Keystroke[]): Promise<void> {
    const { pane } = paneOf(session);
    const [mode = []] = await live().run(['display-message', '-p', '-t', pane, '#{pane_in_mode}']);
    if (mode[0] !== '0' && mode[0] !== undefined) await live().run(['send-keys', '-t', pane, '-X', 'cancel']);
    const sent: Promise<unknown>[] = [];
    for (const [index, key] of keys.entries()) {
      switch (key.kind) {
        case 'text':
          for (const piece of pieces(key.text))
            sent.push(live().run(['send-keys', '-t', pane, '-l', '--', piece]));
          break;
        case 'paste': {
          const buffer = `ccbot-${session}-${index}`;
          sent.push(
            live().run(
              ['set-buffer', '-b', buffer, '--', key.text],
              ['paste-buffer', '-p', '-r', '-d', '-b', buffer, '-t', pane],
            ),
          );
          break;
        }
        case 'key':
          sent.push(live().run(['send-keys', '-t', pane, key.key]));
          break;
        case 'pause':
          await Promise.all(sent.splice(0));
          await new Promise((resolve) => setTimeout(resolve, key.ms));
      }
    }
    await Promise.all(sent);
  }

  return {
    kind: 'tmux',
    async start(hear) {
      listener = hear;
      const version = await tmuxVersion(options.env);
      if (version === null || !isRecent(version)) {
        throw new FaultError(fault('TMUX_TOO_OLD', { version: version ?? '(not found)' }));
      }
      await connect();
    },
    list,
    async open(request) {
      const env = Object.entries(request.env).flatMap(([key, value]) => ['-e', `${key}=${value}`]);
      // tmux gives a single argument to a shell; several it runs as they are.
      const argv = request.argv.length === 1 ? [`exec ${shellQuote(request.argv[0] ?? '')}`] : request.argv;
      // A name of its own until the window is tied, so that the sequence finds it whatever else the session holds.
      const temporary = `ccbot-new-${request.session}`;
      const target = `${name}:=${temporary}`;
      const option = (key: string, value: string): string[] => ['set-option', '-w', '-t', target, key, value];
      const shown = ['-d', '-P', '-F', '#{window_id}\t#{pane_id}\t#{pane_pid}'];
      let replies: string[][];
      try {
        replies = await live().run(
          ['new-window', ...shown, '-t', here, '-n', temporary, '-c', request.cwd, ...env, '--', ...argv],
          option('@ccbot_session', request.session),
          option('remain-on-exit', 'on'),
          option('allow-rename', 'off'),
          option('automatic-rename', 'off'),
          ['rename-window', '-t', target, request.name],
        );
      } catch (error) {
        if (error instanceof PanesError && error.reason === 'refused') {
          throw new PanesError('spawn-failed', error.message);
        }
        throw error;
      }
      const [window = '', pane = '', pid = ''] = (replies[0]?.[0] ?? '').split('\t');
      const state: PaneState = {
        session: request.session,
        window,
        pane,
        pid: Number(pid),
        dead: false,
        exitStatus: null,
      };
      windows.set(request.session, state);
      later(() => lookForDeath(window)); // it may have ended before its name was known here
      return state;
    },
    type: (session, keys) => inTurn(session, () => play(session, keys)),
    async screen(session) {
      const { pane } = paneOf(session);
      dirty.delete(session);
      // tmux's own line under a dead program scrolls the first row away.
      const above = windows.get(session)?.dead === true ? ['-S', '-20'] : [];
      const [lines = []] = await live().run(['capture-pane', '-p', ...above, '-t', pane]);
      return lines.map((line) => line.trimEnd());
    },
    async watch(session, on) {
      const { pane } = paneOf(session);
      if (on === watched.has(session)) return;
      if (on) watched.add(session);
      else watched.delete(session);
      dirty.delete(session);
      await live().run(['refresh-client', '-A', `${pane}:${on ? 'on' : 'off'}`]);
      if (!on || !watched.has(session) || dirty.has(session)) return;
      // What was printed before nobody was told of: it counts as output.
      dirty.add(session);
      listener({ type: 'output', session });
    },
    async close(session) {
      const { window } = paneOf(session);
      forget(session);
      await live().run(['kill-window', '-t', window]);
    },
    async stop() {
      stopped = true;
      clearTimeout(retry);
      await Promise.all(queues.values());
      channel?.close();
      channel = undefined;
    },
  };
}

/** Where util-linux puts setpriv. */
const SETPRIV = '/usr/bin/setpriv';

/** Cuts a text into pieces that split no surrogate pair. */
function* pieces(text: string): Generator<string> {
  for (let at = 0; at < text.length;) {
    let end = Math.min(at + CHUNK, text.length);
    const code = text.charCodeAt(end - 1);
    if (end < text.length && code >= 0xd800 && code <= 0xdbff) end--;
    yield text.slice(at, end);
    at = end;
  }
}
