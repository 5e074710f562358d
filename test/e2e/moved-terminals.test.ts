import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TMUX } from '@ccbot/shared/fixtures/tmux';
import { botSays, count, startSession } from './harness/chat';
import { prepareSystem, type Supervisor, type System } from './harness/system';
import { until } from './harness/until';

const AGENT = join(__dirname, '..', '..', 'packages/sandbox/bin/ccbot-scripted-agent.js');

let system: System;
let supervisor: Supervisor;
/** Other servers that a test led to, by the arguments that select them. */
const servers: string[][] = [];

/** The agent finishes its turn when this file exists. */
let rest: string;

beforeEach(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ccbot-e2e-rest-'));
  rest = join(folder, 'go');
  system = await prepareSystem({
    settings: { CLAUDE_COMMAND: `"${process.execPath}" "${AGENT}"`, CLAUDE_FLAGS: '' },
    script: {
      turns: [
        {
          match: '^work',
          steps: [
            { do: 'say', text: 'the first half' },
            { do: 'say', text: 'the second half', after: rest },
          ],
        },
        { match: '^slow', steps: [{ do: 'say', text: 'too late', ms: 600_000 }] },
        { match: '^quick', steps: [{ do: 'say', text: 'a quick answer' }] },
      ],
    },
  });
  supervisor = system.supervise();
  await startSession(system);
});
afterEach(async () => {
  for (const server of servers.splice(0)) tmuxAt(server, 'kill-server');
  await system.stop();
  rmSync(join(rest, '..'), { recursive: true });
});

const write = (text: string): number => system.telegram.owner.say(text);
const tmuxAt = (server: readonly string[], ...command: string[]): string =>
  spawnSync(TMUX, [...server, ...command], {
    encoding: 'utf8',
    env: { PATH: '/usr/bin:/bin', HOME: system.home },
  }).stdout;
const panes = (format: string): string[] =>
  system.tmux('list-panes', '-a', '-f', '#{@ccbot_pane}', '-F', format).trim().split('\n');
const agentPane = (): { pane: string; window: string; pid: number } => {
  const [pane = '', window = '', pid = ''] =
    panes('#{pane_id} #{window_id} #{pane_pid}')[0]?.split(' ') ?? [];
  return { pane, window, pid: Number(pid) };
};
const startTime = (pid: number): string => readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[21] ?? '';

/** Begins a turn, and returns the agent that works on it. */
async function working(): Promise<{ pane: string; window: string; pid: number; started: string }> {
  write('work on it');
  await system.telegram.waitFor(() =>
    system.tmux('capture-pane', '-p', '-t', agentPane().pane).includes('first half'),
  );
  const agent = agentPane();
  return { ...agent, started: startTime(agent.pid) };
}

/** The turn is finished by the same agent, `/stop` answers and stops, what is written arrives, and `/new` opens a session. */
async function goesOn({ pid, started }: { pid: number; started: string }): Promise<void> {
  writeFileSync(rest, '');
  await botSays(system, 'the second half');
  expect(startTime(pid)).toBe(started);
  write('quick');
  // Shown before the turn ends, which is what `/stop` asks for.
  await system.telegram.waitFor(() =>
    system.telegram.owner.fromBot().some(({ text }) => /· done ·[^]*a quick answer/.test(text)),
  );
  write('/stop');
  await botSays(system, 'Nothing to stop');
  write('slow');
  const card = await system.telegram.waitFor(() =>
    system.telegram.owner.fromBot().find((m) => m.keyboard.flat().some((b) => b.text === '⏹ Stop')),
  );
  system.telegram.owner.tap('⏹ Stop', card.id);
  await botSays(system, 'interrupted');
  await startSession(system, 'beside');
  expect(startTime(pid)).toBe(started);
  for (const wrong of ['was closed', 'cannot find the window', 'Ended while', 'could not'])
    expect([wrong, count(system, wrong)]).toEqual([wrong, 0]);
}

async function restartWith(change: () => void): Promise<void> {
  supervisor.child.kill('SIGTERM');
  await supervisor.exited;
  change();
  supervisor = system.supervise();
}

/** Resolves when the ccbot that was started last answers, so the agent finishes its turn in front of it. */
async function answers(): Promise<void> {
  write('/health');
  await botSays(system, 'updates waiting');
}

it.each<[string, (at: { pane: string; window: string }) => string[]]>([
  [
    'join-pane into a window of another session',
    ({ pane }) => ['join-pane', '-d', '-s', pane, '-t', 'desk:'],
  ],
  [
    'break-pane',
    ({ pane }) => ['split-window', '-d', '-t', pane, 'cat', ';', 'break-pane', '-d', '-s', pane],
  ],
  ['move-window to another session', ({ window }) => ['move-window', '-d', '-s', window, '-t', 'desk:']],
  ['swap-pane with one of another session', ({ pane }) => ['swap-pane', '-d', '-s', pane, '-t', 'desk:']],
  ['link-window to another session', ({ window }) => ['link-window', '-d', '-s', window, '-t', 'desk:']],
  ['rename-session', () => ['rename-session', '-t', 'ccbot', 'mine']],
])('continues a turn after %s, also over a restart', async (_, command) => {
  const agent = await working();
  system.tmux('new-session', '-d', '-s', 'desk', '-x', '100', '-y', '30', 'sleep 600');
  system.tmux(...command(agent));
  await goesOn(agent);
  await restartWith(() => undefined);
  write('quick again');
  await system.telegram.waitFor(() => count(system, 'a quick answer') === 2);
  expect(startTime(agent.pid)).toBe(agent.started);
});

it('finds a working agent when the socket of its server was deleted, and starts no second server', async () => {
  const agent = await working();
  const path = system.tmux('display-message', '-p', '#{socket_path}').trim();
  await restartWith(() => rmSync(path));
  await answers();
  await goesOn(agent);
  expect(panes('#{pane_pid}')).toContain(String(agent.pid)); // at the same path
});

it('leaves a working agent where it is when another server has taken the path of its own', async () => {
  const agent = await working();
  const path = system.tmux('display-message', '-p', '#{socket_path}').trim();
  const server = system.tmux('display-message', '-p', '#{pid}').trim();
  servers.push(['-S', `${path}.server-${server}`]);
  await restartWith(() => {
    rmSync(path);
    system.tmux('new-session', '-d', '-s', 'mine', 'sleep 600');
  });
  await answers();
  await goesOn(agent);
  expect(system.tmux('list-sessions', '-F', '#{session_name}')).toContain('mine');
});

it.each<[string, () => Record<string, string>, () => string[] | null]>([
  ['TMUX_SESSION_NAME', () => ({ TMUX_SESSION_NAME: 'renamed' }), () => null],
  [
    'CCBOT_TMUX_SOCKET',
    () => ({ CCBOT_TMUX_SOCKET: `${system.env['CCBOT_TMUX_SOCKET']}-b` }),
    () => ['-L', system.env['CCBOT_TMUX_SOCKET'] ?? ''],
  ],
  [
    'TMUX_TMPDIR',
    () => ({ TMUX_TMPDIR: join(system.dir, 'tmp') }),
    () => [
      '-S',
      join(system.dir, 'tmp', `tmux-${process.getuid?.()}`, system.env['CCBOT_TMUX_SOCKET'] ?? ''),
    ],
  ],
])('continues a turn after a restart with another %s', async (_, settings, server) => {
  const agent = await working();
  mkdirSync(join(system.dir, 'tmp'));
  await restartWith(() => {
    Object.assign(system.env, settings());
    const other = server();
    if (other !== null) servers.push(other);
  });
  await answers();
  await goesOn(agent);
});

describe('an agent whose window cannot be found', () => {
  /** Takes the marks off the pane, as nobody should, and restarts ccbot. */
  async function withoutWindow(): Promise<{ pane: string; pid: number; offer: number }> {
    const { pane, pid } = agentPane();
    await restartWith(() => {
      for (const option of ['@ccbot_pane', '@ccbot_note'])
        system.tmux('set-option', '-p', '-u', '-t', pane, option);
    });
    const offer = await botSays(system, 'cannot find the window');
    expect(offer.text).toContain(`pid ${pid}`);
    return { pane, pid, offer: offer.id };
  }

  it('is adopted when the user says so, and gets what was written meanwhile', async () => {
    const { pid, offer } = await withoutWindow();
    write('quick while it was away');
    await botSays(system, 'your message waits');
    system.telegram.owner.tap('Adopt it', offer);
    await botSays(system, 'has its window again');
    await botSays(system, 'a quick answer');
    expect(agentPane().pid).toBe(pid);
  });

  it('is left when the user says so, and nobody is asked again', async () => {
    const { pid, offer } = await withoutWindow();
    const started = startTime(pid);
    system.telegram.owner.tap('Leave it', offer);
    await botSays(system, 'keeps running');
    await restartWith(() => undefined);
    write('quick');
    await botSays(system, 'your message waits');
    expect(count(system, 'still running as pid')).toBe(0);
    expect(startTime(pid)).toBe(started);
    process.kill(pid, 'SIGTERM');
    await botSays(system, 'was closed');
  });

  it('is ended when the user says so, and nothing else in its window', async () => {
    const { pane, pid, offer } = await withoutWindow();
    system.tmux('split-window', '-d', '-t', pane, 'sleep 600');
    system.telegram.owner.tap('End it', offer);
    await botSays(system, 'was ended');
    await until(
      () => !system.tmux('list-panes', '-a', '-F', '#{pane_pid} #{pane_dead}').includes(`${pid} 0`),
    );
    expect(system.tmux('list-panes', '-a', '-F', '#{pane_start_command}')).toContain('sleep 600');
  });
});
