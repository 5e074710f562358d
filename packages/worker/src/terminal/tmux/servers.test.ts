import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isRunning, knownProcess } from '@ccbot/shared/processes/known-process';
import { soon, tmuxRig, type TmuxRig } from '../fixtures/rigs';
import type { PanesEvent, PaneState } from '../model';
import { runningServers } from './running-servers';
import { socketPath } from './socket';

let rig: TmuxRig;
const children: ChildProcess[] = [];
beforeEach(async () => {
  rig = await tmuxRig();
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const { process: server } of await ourServers()) {
    process.kill(server.pid, 'SIGCONT');
    process.kill(server.pid, 'SIGKILL');
  }
  await rig.dispose();
});

/** The tmux servers of this test, by their processes. */
const ourServers = async () =>
  (await runningServers()).filter(({ socket }) => socket.startsWith(rig.directory));
const socket = (): string => socketPath(rig.socket, rig.env);
const is = (type: PanesEvent['type']) => (e: PanesEvent): boolean => e.type === type; // oxfmt-ignore
const isAlive = ({ pid }: PaneState): boolean => isRunning(knownProcess(pid));

/** Restarts the worker and checks that a session continues in the same window. */
async function restarts(state: PaneState, more: Parameters<TmuxRig['again']>[0] = {}) {
  await rig.panes.stop();
  const second = rig.again(more);
  await second.panes.start(() => undefined);
  expect(await second.panes.list()).toContainEqual(state);
  await second.panes.type('s1', [{ kind: 'text', text: 'still here' }]);
  expect(await rig.received('s1', (text) => text !== '')).toBe('still here');
  await second.panes.watch('s1', true);
  await second.event(is('output'));
  expect(isAlive(state)).toBe(true);
  return second;
}

describe('a server whose socket file is gone', () => {
  it('is found by its pid after a restart, and no second one is started', async () => {
    const state = await rig.launch('s1');
    rmSync(socket());
    await restarts(state);
    expect(existsSync(socket())).toBe(true);
    expect(await ourServers()).toHaveLength(1);
  });

  it('is found although nothing is remembered', async () => {
    const state = await rig.launch('s1');
    rmSync(socket());
    for (const known of rig.servers.running()) rig.servers.forget(known);
    await restarts(state);
    expect(await ourServers()).toHaveLength(1);
  });

  it('is found when the whole directory was deleted', async () => {
    const state = await rig.launch('s1');
    rmSync(dirname(socket()), { recursive: true });
    await restarts(state);
    expect(await ourServers()).toHaveLength(1);
  });

  it('is found while ccbot runs, when its client is lost', async () => {
    const state = await rig.launch('s1');
    const [client = ''] = (await rig.tmux('list-clients', '-F', '#{client_pid}')).split('\n');
    rmSync(socket());
    process.kill(Number(client), 'SIGKILL');
    await rig.event(is('up'));
    expect(await rig.panes.list()).toEqual([state]);
    expect(await ourServers()).toHaveLength(1);
  });

  it('is not doubled when it does not answer', async () => {
    const state = await rig.launch('s1');
    const [server] = await ourServers();
    await rig.panes.stop();
    process.kill(server?.process.pid ?? 0, 'SIGSTOP');
    rmSync(socket());
    await expect(rig.again().panes.start(() => undefined)).rejects.toMatchObject({
      fault: { code: 'TMUX_FAILED' },
    });
    expect(await ourServers()).toHaveLength(1);
    process.kill(server?.process.pid ?? 0, 'SIGCONT');
    await restarts(state);
  });

  it('is neither doubled nor ended by a tmux of another version', async () => {
    const state = await rig.launch('s1');
    await rig.panes.stop();
    const program = join(rig.directory, 'tmux');
    const lines = [
      '#!/bin/sh',
      '[ "$1" = -V ] && echo tmux 4.0 && exit',
      "echo 'protocol version mismatch (client 9, server 8)' >&2",
      'exit 1',
    ];
    writeFileSync(program, lines.join('\n'), { mode: 0o700 });
    await expect(rig.again({ program }).panes.start(() => undefined)).rejects.toMatchObject({
      fault: { code: 'TMUX_FAILED', what: expect.stringContaining('protocol version mismatch') as string },
    });
    expect(await ourServers()).toHaveLength(1);
    await restarts(state);
  });

  it('is found beside another server that has taken its path, which stays as it is', async () => {
    const state = await rig.launch('s1');
    await rig.panes.stop();
    rmSync(socket());
    await rig.openStray();
    const theirs = (await rig.tmux('list-panes', '-a', '-F', '#{pane_pid}')).trim();
    const second = await restarts(state);
    expect(await ourServers()).toHaveLength(2);
    expect(await rig.tmux('list-panes', '-a', '-F', '#{pane_pid}')).toContain(theirs);
    // What is new opens on the server of the settings.
    const opened = await second.panes.open(rig.request('s2'));
    expect(await rig.tmux('list-panes', '-a', '-F', '#{pane_pid}')).toContain(String(opened.pid));
    expect((await second.panes.list()).map(({ session }) => session).sort()).toEqual(['s1', 's2']);
  });
});

describe('settings that lead to another server', () => {
  it.each<[string, () => Parameters<TmuxRig['again']>[0]]>([
    ['another CCBOT_TMUX_SOCKET', () => ({ socket: `${rig.socket}-b` })],
    [
      'another TMUX_TMPDIR',
      () => {
        const folder = join(rig.directory, 'other');
        mkdirSync(folder);
        return { env: { ...rig.env, TMUX_TMPDIR: folder } };
      },
    ],
    ['another socket and another TMUX_SESSION_NAME', () => ({ socket: `${rig.socket}-b`, session: 'b' })],
  ])('leave sessions where they are: %s', async (_, settings) => {
    const state = await rig.launch('s1');
    const second = await restarts(state, settings());
    const opened = await second.panes.open(rig.request('s2'));
    expect(await rig.tmux('list-panes', '-a', '-F', '#{pane_pid}')).not.toContain(String(opened.pid));
    expect((await second.panes.list()).map(({ session }) => session).sort()).toEqual(['s1', 's2']);
    await second.panes.close('s1');
    await second.panes.close('s2');
    expect(await second.panes.list()).toEqual([]);
  });

  it('find a session on the other server although its socket was deleted meanwhile', async () => {
    const state = await rig.launch('s1');
    rmSync(socket());
    await restarts(state, { socket: `${rig.socket}-b` });
  });

  it('report sessions as gone when the other server is killed', async () => {
    const state = await rig.launch('s1');
    const second = await restarts(state, { socket: `${rig.socket}-b` });
    const from = second.events.length;
    await rig.tmux('kill-server');
    await second.event(is('up'), from);
    expect(await second.panes.list()).toEqual([]);
    expect(await ourServers()).toHaveLength(1); // it is not started again
  });

  it('forget a server that has no windows of ours any more', async () => {
    const state = await rig.launch('s1');
    await rig.panes.close('s1');
    await rig.panes.stop();
    const second = rig.again({ socket: `${rig.socket}-b` });
    await second.panes.start(() => undefined);
    expect(await second.panes.list()).toEqual([]);
    expect(rig.servers.running()).toHaveLength(1);
    expect(isAlive(state)).toBe(false);
  });
});

it('signals no process that merely has the number of a server', async () => {
  const child = spawn('sleep', ['600']);
  children.push(child);
  const pid = child.pid ?? 0;
  await rig.panes.stop();
  await rig.tmux('kill-server');
  rmSync(socket(), { force: true });
  // Once with the start time of another process, once as a process that is no tmux server.
  for (const { started } of [{ started: '1' }, knownProcess(pid)]) {
    rig.servers.remember({ socket: socket(), process: { pid, started } });
    const { panes } = rig.again();
    await soon(
      panes.start(() => undefined),
      'a start',
    );
    await panes.stop(); // else it would start a server again, beside the next one
    await rig.tmux('kill-server');
    expect(isRunning(knownProcess(pid))).toBe(true);
    expect(child.signalCode).toBeNull();
  }
});

describe('a pane that is looked for by its process', () => {
  it.each([
    ['below its program', (shell: number) => shell],
    ['on its terminal', (_: number, leader: number) => leader],
  ])('is found %s on a server that ccbot does not know', async (_, choose) => {
    const other = [`-S`, join(rig.directory, 'theirs')];
    await rig.tmux(...other, '-f', '/dev/null', 'new-session', '-d', 'sh -c "sleep 600; true"');
    const shell = Number(await rig.tmux(...other, 'display-message', '-p', '#{pane_pid}'));
    const leader = shell;
    const claimed = await rig.panes.strays?.claim('s9', 'a note', [knownProcess(choose(shell, leader))]);
    expect(claimed).toMatchObject({ session: 's9', pid: shell, note: 'a note' });
    expect(await rig.panes.list()).toMatchObject([{ session: 's9' }]);
    await rig.panes.type('s9', [{ kind: 'text', text: 'x' }]);
  });

  it('is not found if there is none, if another session has it, or if its process has ended', async () => {
    const { pid } = await rig.launch('s1');
    const child = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
    children.push(child);
    const claim = (process: { pid: number; started: string | null }) =>
      rig.panes.strays?.claim('s9', '', [process]);
    expect(await claim(knownProcess(child.pid ?? 0))).toBeUndefined();
    expect(await claim(knownProcess(pid))).toBeUndefined();
    expect(await claim({ pid, started: '1' })).toBeUndefined();
  });
});
