import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChatMessage } from '@ccbot/sandbox/telegram/model';
import { TMUX } from '@ccbot/shared/fixtures/tmux';
import { botSays, count, startSession } from './harness/chat';
import { prepareSystem, stopSupervisors, type Supervisor, type System } from './harness/system';
import { until } from './harness/until';

const AGENT = join(__dirname, '..', '..', 'packages/sandbox/bin/ccbot-scripted-agent.js');

let system: System;
let supervisor: Supervisor;
/** Other servers that a test led to, by the arguments that select them. */
const servers: string[][] = [];

/** The agent finishes its turn when this file exists. */
let rest: string;

async function start(): Promise<void> {
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
        {
          match: '^slow',
          // An agent that is stopped before it said anything takes its turn back, which ccbot notices only later.
          steps: [
            { do: 'say', text: 'the beginning' },
            { do: 'say', text: 'too late', ms: 600_000 },
          ],
        },
        { match: '^quick', steps: [{ do: 'say', text: 'a quick answer' }] },
      ],
    },
  });
  supervisor = system.supervise();
}
async function stop(): Promise<void> {
  // Before its servers end, since it would start another one.
  await stopSupervisors([supervisor]);
  for (const server of servers.splice(0)) tmuxAt(server, 'kill-server');
  await system.stop();
  rmSync(join(rest, '..'), { recursive: true });
}

const write = (text: string): number => system.telegram.owner.say(text);
const tmuxAt = (server: readonly string[], ...command: string[]): string =>
  spawnSync(TMUX, [...server, ...command], {
    encoding: 'utf8',
    env: { PATH: '/usr/bin:/bin', HOME: system.home },
  }).stdout;
const panes = (format: string): string[] =>
  system.tmux('list-panes', '-a', '-f', '#{@ccbot_pane}', '-F', format).trim().split('\n');
/** Where the agent is that was started last. */
const agentPane = (): { pane: string; window: string; pid: number } => {
  const number = (line: string): number => Number(line.slice(1).split(' ')[0]);
  const newest = panes('#{pane_id} #{window_id} #{pane_pid}').sort((a, b) => number(b) - number(a))[0];
  const [pane = '', window = '', pid = ''] = newest?.split(' ') ?? [];
  return { pane, window, pid: Number(pid) };
};
/** The bot's messages after the one with this id that contain a text. */
const after = (id: number, text: string | RegExp): ChatMessage[] =>
  system.telegram.owner.fromBot().filter((m) => m.id > id && m.text.search(text) >= 0);
const says = (id: number, text: string | RegExp): Promise<ChatMessage> =>
  system.telegram.waitFor(() => after(id, text)[0]);
const hasStop = ({ keyboard }: ChatMessage): boolean => keyboard.flat().some((b) => b.text === '⏹ Stop');
const startTime = (pid: number): string => readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[21] ?? '';

/** An agent that works on a turn. */
interface Working {
  pane: string;
  window: string;
  pid: number;
  started: string;
  /** The message that began the turn. */
  prompt: number;
}

/** Starts a session, begins a turn, and returns the agent that works on it. */
async function working(name = 'demo'): Promise<Working> {
  rmSync(rest, { force: true });
  await startSession(system, name);
  const prompt = write('work on it');
  const { pane } = agentPane();
  await system.telegram.waitFor(() => system.tmux('capture-pane', '-p', '-t', pane).includes('first half'));
  const agent = agentPane();
  return { ...agent, started: startTime(agent.pid), prompt };
}

/** The turn is finished by the same agent, `/stop` answers and stops, what is written arrives, and `/new` opens a session. */
async function goesOn({ pid, started, prompt }: Working, next = 'beside'): Promise<void> {
  writeFileSync(rest, '');
  await says(prompt, 'the second half');
  expect(startTime(pid)).toBe(started);
  // Shown before the turn ends, which is what `/stop` asks for.
  await says(write('quick'), /· done ·[^]*a quick answer/);
  await says(write('/stop'), 'Nothing to stop');
  const slow = write('slow');
  const card = await system.telegram.waitFor(() => after(slow, '').find(hasStop));
  system.telegram.owner.tap('⏹ Stop', card.id);
  await says(slow, 'interrupted');
  await startSession(system, next);
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

describe('in one ccbot', () => {
  const agents: [name: string, agent: Working][] = [];
  beforeAll(start);
  afterAll(stop);

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
  ])('continues a turn after %s', async (what, command) => {
    const name = what.split(' ')[0] ?? '';
    const agent = await working(name);
    agents.push([name, agent]);
    if (agents.length === 1)
      system.tmux('new-session', '-d', '-s', 'desk', '-x', '100', '-y', '30', 'sleep 600');
    system.tmux(...command(agent));
    await goesOn(agent, `beside-${name}`);
  });

  it('finds each of these agents after a restart', async () => {
    await restartWith(() => undefined);
    for (const [name, { pid, started }] of agents) {
      write(`/switch ${name}`);
      await says(write('quick again'), new RegExp(`${name} · done ·[^]*a quick answer`));
      expect(startTime(pid)).toBe(started);
    }
    expect(agents).toHaveLength(6);
  });
});

describe('in a ccbot of its own', () => {
  beforeEach(start);
  afterEach(stop);

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
      await startSession(system);
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
});
