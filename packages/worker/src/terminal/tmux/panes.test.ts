import { spawn, type ChildProcess } from 'node:child_process';
import { TMUX } from '@ccbot/shared/fixtures/tmux';
import { soon, startHolder, tmuxRig, type TmuxRig } from '../fixtures/rigs';
import type { PanesEvent } from '../model';

let rig: TmuxRig;
const children: ChildProcess[] = [];
beforeEach(async () => {
  rig = await tmuxRig();
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rig.dispose();
});

const is = (type: PanesEvent['type']) => (e: PanesEvent): boolean => e.type === type; // oxfmt-ignore
const clients = async (): Promise<string[]> =>
  (await rig.tmux('list-clients', '-F', '#{client_pid}')).split('\n').filter((line) => line !== '');
/** The exit code of a process, or the signal that ended it. */
const exited = (child: ChildProcess): Promise<unknown> =>
  soon(new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code))), 'an exit');
/** Attaches a control-mode client of another program. */
async function attach(): Promise<ChildProcess> {
  const child = spawn(TMUX, ['-L', rig.socket, '-C', 'attach-session', '-t', rig.name], { env: rig.env });
  children.push(child);
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return child;
}

/** Starts a worker in its own process. */
function holder(...args: string[]): ChildProcess {
  const child = startHolder(rig, rig.env, ...args);
  children.push(child);
  return child;
}

describe('over restarts', () => {
  it('leaves windows and programs running when it is stopped, and finds them again', async () => {
    const state = await rig.launch('s1');
    await rig.panes.stop();
    const second = rig.again();
    await second.panes.start(() => undefined);
    expect(await second.panes.list()).toEqual([state]);
    await second.panes.type('s1', [{ kind: 'text', text: 'still here' }]);
    expect(await rig.received('s1', (text) => text !== '')).toBe('still here');
    await rig.tmux('kill-window', '-t', state.window);
    expect(await second.event(is('closed'))).toEqual({ type: 'closed', session: 's1' });
  });

  it('leaves no client and nothing that keeps the process alive after it was stopped five times', async () => {
    await rig.launch('s1');
    await rig.panes.stop();
    expect(await exited(holder('5'))).toBe(0);
    expect(await clients()).toEqual([]);
  });

  it('kills the client that an earlier worker left behind, and no other', async () => {
    const [theirs, left] = [await attach(), await attach()];
    await rig.panes.stop();
    await rig.tmux('set-option', '-t', rig.name, '@ccbot_client', String(left.pid));
    const gone = exited(left);
    const second = rig.again();
    await second.panes.start(() => undefined);
    expect(await gone).toBe('SIGKILL');
    expect(await clients()).toContain(String(theirs.pid));
    expect(await clients()).toHaveLength(2);
  });

  it('does not kill a process that merely has the number of an old client', async () => {
    const other = spawn('sleep', ['1000']);
    children.push(other);
    await rig.panes.stop();
    await rig.tmux('set-option', '-t', rig.name, '@ccbot_client', String(other.pid));
    await rig.again().panes.start(() => undefined);
    expect(other.signalCode).toBeNull();
    expect(process.kill(other.pid ?? 0, 0)).toBe(true);
  });

  it('loses its client when the worker is killed', async () => {
    await rig.panes.stop();
    const theirs = await attach();
    const worker = holder();
    await new Promise((resolve) => worker.stdout?.once('data', resolve));
    expect(await clients()).toHaveLength(2);
    const fewer = new Promise<void>((resolve) => {
      theirs.stdout?.on('data', (chunk: Buffer) => {
        if (chunk.includes('%client-detached')) resolve();
      });
    });
    worker.kill('SIGKILL');
    await soon(fewer, 'the client to go');
    expect(await clients()).toEqual([String(theirs.pid)]);
  });
});

describe('when the server is lost', () => {
  it('reports it, fails commands in flight, and reconnects with an empty session', async () => {
    await rig.launch('s1');
    const flying = rig.panes.screen('s1');
    const typing = rig.panes.type('s1', [{ kind: 'pause', ms: 50 }, { kind: 'text', text: 'x' }]); // oxfmt-ignore
    await Promise.all([
      rig.tmux('kill-server'),
      flying.catch(() => 'it may have been quicker'),
      expect(typing).rejects.toMatchObject({ reason: 'server-down' }),
    ]);
    await rig.event(is('down'));
    await rig.event(is('up'));
    expect(rig.events.map((e) => e.type)).toEqual(['down', 'up']);
    expect(await rig.panes.list()).toEqual([]);
    await expect(rig.panes.screen('s1')).rejects.toMatchObject({ reason: 'no-such-session' });
    await rig.panes.open(rig.request('s1'));
    expect(await rig.panes.list()).toMatchObject([{ session: 's1', dead: false }]);
  });

  it('keeps the same windows if only its client was killed', async () => {
    const state = await rig.launch('s1');
    const [pid = ''] = await clients();
    process.kill(Number(pid), 'SIGKILL');
    await rig.event(is('up'));
    expect(await rig.panes.list()).toEqual([state]);
    await rig.panes.watch('s1', true);
    const from = rig.events.length;
    await rig.panes.screen('s1');
    await rig.print('s1');
    await rig.event(is('output'), from);
  });

  it('joins its windows again if a grouped session kept them', async () => {
    const state = await rig.launch('s1');
    await rig.tmux('new-session', '-d', '-t', rig.name, '-s', 'other');
    await rig.tmux('kill-session', '-t', rig.name);
    await rig.event(is('up'));
    expect(await rig.panes.list()).toEqual([state]);
    await rig.tmux('kill-session', '-t', 'other');
    expect(await rig.panes.list()).toEqual([state]);
  });

  it('keeps its session when the last agent’s window closes, and when the user presses ^C in the first window', async () => {
    await rig.tmux('send-keys', '-t', `${rig.name}:0`, 'C-c', 'C-\\', 'C-z');
    const { window } = await rig.launch('s1');
    await rig.tmux('kill-window', '-t', window);
    await rig.event(is('closed'));
    expect(await rig.panes.list()).toEqual([]);
    expect(rig.events.map((e) => e.type)).toEqual(['closed']);
    expect(await rig.tmux('list-windows', '-F', '#{window_name}')).toBe('ccbot\n');
  });

  it('reports a tmux that cannot start', async () => {
    const { panes } = rig.again({ socket: 'no/such/directory' });
    await expect(panes.start(() => undefined)).rejects.toMatchObject({ fault: { code: 'TMUX_FAILED' } });
  });
});

describe('beside a user at the terminal', () => {
  it('reports a closed window once', async () => {
    const { window } = await rig.launch('s1');
    await rig.launch('s2');
    await rig.tmux('kill-window', '-t', window);
    await rig.event(is('closed'));
    await rig.shows('s2', () => true);
    expect(rig.events).toEqual([{ type: 'closed', session: 's1' }]);
    await expect(rig.panes.screen('s1')).rejects.toMatchObject({ reason: 'no-such-session' });
  });

  it('types into the agent’s pane after its window was split, and reports when that pane is closed', async () => {
    const { pane, window } = await rig.launch('s1');
    await rig.tmux('split-window', '-t', window, 'sleep 1000');
    expect(await rig.panes.list()).toMatchObject([{ session: 's1', pane }]);
    await rig.panes.type('s1', [{ kind: 'text', text: 'for the agent' }]);
    expect(await rig.received('s1', (text) => text !== '')).toBe('for the agent');
    await rig.tmux('kill-pane', '-t', pane);
    await rig.event(is('closed'));
  });

  it('follows a pane that is moved into its own window', async () => {
    const { pane, window } = await rig.launch('s1');
    await rig.tmux('split-window', '-t', window, 'sleep 1000');
    await rig.tmux('break-pane', '-d', '-s', pane);
    await rig.tmux('kill-window', '-t', window);
    await rig.panes.type('s1', [{ kind: 'text', text: 'x' }]);
    expect(await rig.received('s1', (text) => text !== '')).toBe('x');
    expect(rig.events).toEqual([]);
  });

  it.each([
    ['copy mode', ['copy-mode']],
    ['a list of windows', ['choose-tree']],
    ['the clock', ['clock-mode']],
  ])('leaves %s before it types', async (_, mode) => {
    const { pane } = await rig.launch('s1');
    await attach(); // some modes need an attached client
    await rig.tmux(...mode, '-t', pane);
    expect(await rig.tmux('display-message', '-p', '-t', pane, '#{pane_in_mode}')).toBe('1\n');
    await rig.panes.type('s1', [{ kind: 'text', text: 'hello' }, { kind: 'key', key: 'Enter' }]); // oxfmt-ignore
    expect(await rig.received('s1', (text) => text.length >= 6)).toBe('hello\r');
  });

  it('mistakes no window of the user for a session, and leaves the user’s options alone', async () => {
    const options = async (): Promise<string> =>
      (await rig.tmux('show-options', '-g')) + (await rig.tmux('show-options', '-gw')) + (await rig.tmux('show-options', '-s')); // oxfmt-ignore
    const before = await options();
    const theirs = await rig.tmux('new-window', '-d', '-P', '-F', '#{window_id}', '-n', 'mine', 'sleep 1000');
    await rig.launch('s1');
    expect(await rig.panes.list()).toHaveLength(1);
    expect(await options()).toBe(before);
    expect(await rig.tmux('show-options', '-w', '-t', theirs.trim())).not.toMatch('remain-on-exit|ccbot');
  });

  it('sets the window’s name, keeps it, and does not change the current window', async () => {
    const looked = await rig.tmux('display-message', '-p', '#{window_id}');
    const argv = ['/bin/sh', '-c', "printf '\\033kother\\033\\\\'; echo renamed; exec sleep 1000"];
    await rig.panes.open(rig.request('s1', { argv, name: 'my session; #{x}' }));
    await rig.shows('s1', (rows) => rows[0] === 'renamed');
    expect(await rig.tmux('list-windows', '-F', '#{window_name} #{@ccbot_session}')).toBe('ccbot \nmy session; #{x} s1\n'); // oxfmt-ignore
    expect(await rig.tmux('display-message', '-p', '#{window_id}')).toBe(looked);
  });
});

describe('when the user rearranges the terminal', () => {
  /** Resolves when the session is written to and heard, wherever its pane is. */
  async function goesOn(session: string): Promise<void> {
    await rig.panes.type(session, [{ kind: 'text', text: 'after the move' }]);
    await rig.received(session, (text) => text.includes('after the move'));
    await rig.panes.watch(session, true);
    await rig.panes.screen(session);
    const from = rig.events.length;
    await rig.print(session);
    // The window may have been linked home just now, which counts as output until the screen is read.
    await rig.shows(session, (rows) => rows.some((row) => row.startsWith('mark')));
    await rig.event(is('output'), from);
    expect(await rig.panes.list()).toMatchObject([{ session, dead: false }]);
    expect(rig.events.filter(({ type }) => type !== 'output')).toEqual([]);
  }
  const openDesk = (): Promise<string> =>
    rig.tmux('-f', '/dev/null', 'new-session', '-d', '-s', 'desk', '-x', '100', '-y', '30', 'cat');

  it.each<[string, (pane: string, window: string) => string[]]>([
    ['join-pane into a window of another session', (pane) => ['join-pane', '-d', '-s', pane, '-t', 'desk:']],
    ['break-pane into another session', (pane) => ['break-pane', '-d', '-s', pane, '-t', 'desk:']],
    ['move-window to another session', (_, window) => ['move-window', '-d', '-s', window, '-t', 'desk:']],
    ['swap-pane with one of another session', (pane) => ['swap-pane', '-d', '-s', pane, '-t', 'desk:']],
    ['swap-window', (_, window) => ['swap-window', '-d', '-s', window, '-t', 'desk:']],
    ['link-window to another session', (_, window) => ['link-window', '-d', '-s', window, '-t', 'desk:']],
    ['unlink-window after that', (_, window) => ['link-window', '-d', '-s', window, '-t', 'desk:', ';', 'unlink-window', '-t', `ccbot-test:${window}`]], // oxfmt-ignore
    ['rename-session', () => ['rename-session', '-t', 'ccbot-test', 'mine']],
    ['rename-window', (_, window) => ['rename-window', '-t', window, 'other; #{x}']],
    ['a layout of the window with another pane', (pane) => ['split-window', '-d', '-t', pane, 'cat', ';', 'select-layout', '-t', pane, 'tiled']], // oxfmt-ignore
  ])('continues after %s', async (_, commandOf) => {
    await openDesk();
    const { pane, window } = await rig.launch('s1');
    await rig.panes.watch('s1', true);
    await rig.tmux(...commandOf(pane, window));
    await goesOn('s1');
    // And a new session opens beside it.
    await rig.launch('s2');
    await rig.panes.close('s1');
    await rig.panes.close('s2');
    expect(await rig.panes.list()).toEqual([]);
    expect(await rig.tmux('list-panes', '-a', '-F', '#{pane_start_command}')).toContain('cat');
  });

  it('finds a pane in another session after a restart, and its own session under another name', async () => {
    await openDesk();
    const { pane, pid } = await rig.launch('s1');
    await rig.panes.stop();
    await rig.tmux('join-pane', '-d', '-s', pane, '-t', 'desk:');
    await rig.tmux('rename-session', '-t', rig.name, 'mine');
    const second = rig.again();
    await second.panes.start(() => undefined);
    expect(await second.panes.list()).toMatchObject([{ session: 's1', pane, pid }]);
    await second.panes.type('s1', [{ kind: 'text', text: 'x' }]);
    expect(await rig.received('s1', (text) => text !== '')).toBe('x');
    await second.panes.watch('s1', true);
    expect(await rig.tmux('list-sessions', '-F', '#{session_name}')).toBe('desk\nmine\n');
  });

  it('gives its session the name of a changed setting, and opens windows in it', async () => {
    const state = await rig.launch('s1');
    await rig.panes.stop();
    const second = rig.again({ session: 'renamed' });
    await second.panes.start(() => undefined);
    expect(await second.panes.list()).toEqual([state]);
    await second.panes.open(rig.request('s2'));
    expect(await rig.tmux('list-sessions', '-F', '#{session_name} #{session_windows}')).toBe('renamed 3\n');
  });

  it('continues in the session that a changed setting names, if there is one', async () => {
    const { pid } = await rig.launch('s1');
    await openDesk();
    await rig.panes.stop();
    const second = rig.again({ session: 'desk' });
    await second.panes.start(() => undefined);
    expect(await second.panes.list()).toMatchObject([{ session: 's1' }]);
    await second.panes.watch('s1', true);
    await second.event(is('output'));
    await second.panes.screen('s1');
    process.kill(pid, 'SIGUSR1'); // prints a line
    await second.event(is('output'), 1);
  });

  it('leaves the session of another ccbot on the same server alone', async () => {
    await rig.launch('s1');
    const second = rig.again({ session: 'second', owner: '/other' });
    await second.panes.start(() => undefined);
    expect(await rig.tmux('list-sessions', '-F', '#{session_name}')).toBe('ccbot-test\nsecond\n');
  });

  it('comes back when its session is closed and tmux moves its client to another one', async () => {
    await openDesk();
    await rig.launch('s1');
    await rig.tmux('set-option', '-g', 'detach-on-destroy', 'off');
    await rig.tmux('link-window', '-d', '-s', `${rig.name}:name-s1`, '-t', 'desk:');
    await rig.tmux('kill-session', '-t', rig.name);
    await rig.event(is('up'));
    expect(await rig.panes.list()).toMatchObject([{ session: 's1' }]);
    await rig.panes.watch('s1', true);
    const from = rig.events.length;
    await rig.panes.screen('s1');
    await rig.print('s1');
    await rig.event(is('output'), from);
  });

  it('leaves a pane to the user in which another program was started', async () => {
    const { pane } = await rig.launch('s1');
    await rig.tmux('respawn-pane', '-k', '-t', pane, 'cat');
    await expect(rig.panes.type('s1', [{ kind: 'text', text: 'rm -rf x' }])).rejects.toMatchObject({
      message: 'another program was started in its window',
    });
    expect(await rig.event(is('closed'))).toEqual({ type: 'closed', session: 's1' });
    expect(await rig.panes.list()).toEqual([]);
    expect(await rig.panes.strays?.list()).toMatchObject([{ pane }]);
    expect(await rig.tmux('capture-pane', '-p', '-t', pane)).not.toContain('rm -rf');
  });
});

it('keeps the token out of windows even if the server was started with it', async () => {
  await rig.tmux('set-environment', '-g', 'TELEGRAM_BOT_TOKEN', '123:secret');
  await rig.tmux('set-environment', '-g', 'OTHER_BOT_TOKEN', '123:secret');
  await rig.tmux('set-environment', '-g', 'KEPT', 'yes');
  await rig.tmux('detach-client', '-s', rig.name); // we check the environment again when we reconnect
  await rig.event(is('up'));
  await rig.launch('s1', { env: { CCBOT_SESSION: 's1' } });
  const { env } = rig.started('s1');
  expect(env).toMatchObject({ KEPT: 'yes', CCBOT_SESSION: 's1' });
  expect(Object.keys(env).filter((key) => key.includes('TOKEN'))).toEqual([]);
  expect(await rig.tmux('show-environment', '-g')).toContain('TELEGRAM_BOT_TOKEN'); // the user's own setting stays
});

it('gives windows ccbot’s environment on a server that was started with another one', async () => {
  const others = {
    CLAUDECODE: '1',
    CLAUDE_CODE_PROVIDER_MANAGED_BY_HOST: '1',
    CLAUDE_CODE_OF_A_NEW_VERSION: '1',
    CLAUDE_CONFIG_DIR: '/another/home',
    NODE_OPTIONS: '--require /an/editor.js',
    CURL_CA_BUNDLE: '/old.pem',
    KEPT: 'yes',
  };
  for (const [name, value] of Object.entries(others)) await rig.tmux('set-environment', '-g', name, value);
  Object.assign(rig.env, { CURL_CA_BUNDLE: '/a b;"\'$HOME#{x}%\n.pem', CODEX_HOME: '/codex' });
  await rig.tmux('detach-client', '-s', rig.name);
  await rig.event(is('up'));
  await rig.launch('s1');
  const { env } = rig.started('s1');
  expect(Object.keys(env).filter((name) => name in others && name !== 'KEPT')).toEqual(['CURL_CA_BUNDLE']);
  expect(env).toMatchObject({
    KEPT: 'yes',
    CODEX_HOME: '/codex',
    CURL_CA_BUNDLE: rig.env['CURL_CA_BUNDLE'],
  });
  expect(await rig.tmux('show-environment', '-g', 'CLAUDE_CONFIG_DIR')).toContain('/another/home');
  // The next worker has other ones.
  delete rig.env['CODEX_HOME'];
  rig.env['CLAUDE_CONFIG_DIR'] = '/another/home';
  await rig.tmux('set-environment', '-gu', 'CLAUDECODE');
  await rig.panes.stop();
  await rig.again().panes.start(() => undefined);
  const own = (await rig.tmux('show-environment', '-t', rig.name)).split('\n');
  expect(own).toContain('CLAUDE_CONFIG_DIR=/another/home');
  expect(own.filter((line) => /CODEX_HOME|CLAUDECODE/.test(line))).toEqual([]);
});

it('leaves no paste buffer behind, even if typing fails', async () => {
  const { pane } = await rig.launch('s1');
  await rig.panes.type('s1', [{ kind: 'paste', text: 'private' }]);
  const typing = rig.panes.type('s1', [{ kind: 'pause', ms: 100 }, { kind: 'paste', text: 'private' }]); // oxfmt-ignore
  await rig.tmux('kill-pane', '-t', pane);
  await expect(typing).rejects.toMatchObject({ reason: 'refused' });
  await rig.panes.list(); // runs after the cleanup
  expect(await rig.tmux('list-buffers')).toBe('');
});

it('leaves no half-made window if opening fails', async () => {
  // A command of the sequence fails while tmux runs it: what is respawned there is still alive.
  await rig.tmux('set-option', '-s', 'command-alias[99]', 'rename-window=respawn-window');
  await expect(rig.panes.open(rig.request('s1'))).rejects.toMatchObject({ reason: 'spawn-failed' });
  expect(await rig.panes.list()).toEqual([]);
  expect(await rig.tmux('list-windows', '-F', '#{window_name}')).toBe('ccbot\n');
});

it('pastes a megabyte', async () => {
  await rig.launch('s1');
  const text = 'Zeile äöü 你好 🎉 ; \' " #{x}\n'.repeat(33_000);
  await rig.panes.type('s1', [{ kind: 'paste', text }]);
  const got = await rig.received('s1', (all) => all.endsWith('\u001b[201~'));
  expect(got).toBe(`\u001b[200~${text}\u001b[201~`);
});
