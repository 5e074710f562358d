import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawn } from 'node-pty';
import { pathWithOldSetpriv } from '@ccbot/shared/fixtures/old-programs';
import { TMUX } from '@ccbot/shared/fixtures/tmux';
import { HOSTILE } from '../../packages/worker/src/terminal/fixtures/hostile-configurations';
import { botSays, startSession } from './harness/chat';
import { killWorker } from './harness/kill';
import { runProgram } from './harness/run-program';
import { CCBOT, prepareSystem, WORKER, type Supervisor, type System } from './harness/system';
import { until } from './harness/until';

/** A file of tmux that it cannot parse is not loaded at all; other shells are tested without an agent. */
const LEFT_OUT = new Set(['that is broken', 'with other shells']);

let system: System;
let supervisor: Supervisor;
beforeAll(async () => {
  system = await prepareSystem();
  const lines = Object.entries(HOSTILE).flatMap(([name, list]) => (LEFT_OUT.has(name) ? [] : list));
  writeFileSync(join(system.home, '.tmux.conf'), lines.map((line) => `${line}\n`).join(''));
  const old = pathWithOldSetpriv(join(system.dir, 'old'), 'busybox').split(':')[0] ?? '';
  system.env['PATH'] = `${old}:${system.env['PATH']}`;
  supervisor = system.supervise();
  await startSession(system);
});
afterAll(() => system.stop());

const write = (text: string): number => system.telegram.owner.say(text);
async function turn(text: string): Promise<void> {
  write(text);
  await botSays(system, `You said: ${text}`);
}
interface Pane {
  pane: string;
  pid: number;
}
/** The pane of the only session. */
function agent(): Pane {
  const [pane = '', pid = '', more] = system
    .tmux('list-panes', '-a', '-f', '#{@ccbot_pane}', '-F', '#{pane_id} #{pane_pid}')
    .trim()
    .split(/\s/);
  if (more !== undefined) throw new Error('more than one pane carries a session');
  return { pane, pid: Number(pid) };
}
const socket = (): string => system.env['CCBOT_TMUX_SOCKET'] ?? '';
const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0) && !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false; // it has ended
  }
};

it('starts and answers beside every hostile line at once, with a setpriv that cannot do what is needed', async () => {
  await turn('first');
  const { stdout } = await runProgram(system, CCBOT, 'doctor');
  expect(stdout).toMatch(/setpriv is not usable .*so a worker notices/);
});

it('types while a terminal of five rows is attached, and the window is large again when it has left', async () => {
  const { pane } = agent();
  const size = (): string =>
    system.tmux('display-message', '-p', '-t', pane, '#{window_width}x#{window_height}').trim();
  const session = system.tmux('list-sessions', '-f', '#{@ccbot_owner}', '-F', '#{session_id}').trim();
  system.tmux('select-window', '-t', pane);
  const { HOME, PATH } = system.env;
  const terminal = spawn(TMUX, ['-L', socket(), 'attach-session', '-t', session], {
    cols: 90,
    rows: 5,
    env: { HOME, PATH, TERM: 'xterm' },
  });
  const left = new Promise((resolve) => terminal.onExit(resolve));
  await until(() => system.tmux('list-clients', '-F', '#{client_height}').split('\n').includes('5'));
  await turn('beside a small terminal');
  expect(system.telegram.owner.fromBot().filter(({ text }) => text.includes('dialog'))).toEqual([]);
  terminal.kill('SIGKILL'); // a terminal that tmux has locked ignores every other signal
  await left;
  await until(() => size() === '120x40');
});

it('keeps the agent over a restart of the worker', async () => {
  const before = agent();
  await killWorker(system, supervisor);
  await turn('after a restart');
  expect(agent()).toEqual(before);
});

describe('a member of the agent’s team in a second pane', () => {
  let member: Pane;
  beforeAll(() => {
    const leader = agent();
    const session = system.tmux('display-message', '-p', '-t', leader.pane, '#{@ccbot_pane}').trim();
    const printed = system.tmux('split-window', '-d', '-h', '-P', '-F', '#{pane_id} #{pane_pid}', '-t', leader.pane, '--', 'sleep', '600').trim(); // oxfmt-ignore
    const [pane = '', pid = ''] = printed.split(' ');
    member = { pane, pid: Number(pid) };
    const server = system.tmux('display-message', '-p', '-t', pane, '#{socket_path},#{pid},0').trim();
    // Its hooks report a session and a transcript of its own, with the environment of its leader.
    const transcript = join(system.home, 'member.jsonl');
    writeFileSync(transcript, '');
    for (const hook_event_name of ['SessionStart', 'UserPromptSubmit']) {
      spawnSync(process.execPath, [join(WORKER, '../../dist/hook.js'), 'claude'], {
        env: {
          ...system.env,
          TMUX: server,
          TMUX_PANE: pane,
          CCBOT_PANE: leader.pane,
          CCBOT_SESSION: session,
        },
        input: JSON.stringify({ hook_event_name, session_id: 'member', transcript_path: transcript, cwd: system.project, prompt: 'x' }), // oxfmt-ignore
      });
    }
  });

  it('does not take the place of its leader', async () => {
    await turn('the leader still answers');
    const map = JSON.parse(readFileSync(join(system.ccbotDir, 'session_map.json'), 'utf8')) as object;
    expect(JSON.stringify(map)).not.toContain('member');
  });

  it('is offered nowhere, neither in the list of agents nor after a restart', async () => {
    await killWorker(system, supervisor);
    await turn('after another restart');
    write('/adopt');
    await turn('after the list');
    // The hooks opened windows of their own, in all sessions; those are offered.
    const offers = system.telegram.owner
      .fromBot()
      .filter(({ text }) => /runs at the terminal|belongs to no session/.test(text));
    expect(offers.filter(({ text }) => text.includes('sleep'))).toEqual([]);
  });

  it('lives on when its leader is closed', async () => {
    const leader = agent();
    write('/done');
    await botSays(system, 'is done and archived');
    await until(() => !isAlive(leader.pid));
    expect(isAlive(member.pid)).toBe(true);
    system.tmux('kill-pane', '-t', member.pane);
  });
});
