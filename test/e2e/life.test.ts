import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChatMessage } from '@ccbot/sandbox/telegram/model';
import { count, saying, startSession, told } from './harness/chat';
import { claudeProgram, prepareSystem, workerPid, type Supervisor, type System } from './harness/system';

jest.setTimeout(240_000);

const fixture = (name: string): string => join(__dirname, 'fixtures', name);

let system: System;
let supervisor: Supervisor;
const started: ChildProcess[] = [];

beforeAll(async () => {
  system = await prepareSystem({
    settings: {
      CLAUDE_COMMAND: `"${process.execPath}" "${fixture('outlives.cjs')}" "${claudeProgram()}"`,
    },
  });
  system.env['CCBOT_TEST_FAULT'] = join(system.dir, 'fault.json');
  system.env['NODE_OPTIONS'] = `--require ${fixture('tmux-fault.cjs')}`;
  supervisor = system.supervise();
});
afterAll(async () => {
  for (const child of started) child.kill('SIGKILL');
  // An agent that a failed test left stopped hears of nothing but this.
  for (const { pid } of agents()) process.kill(pid, 'SIGKILL');
  await system.stop();
});

const write = (text: string): number => system.telegram.owner.say(text);
const labels = (message: ChatMessage): string[] => message.keyboard.flat().map(({ text }) => text);

/** Whether a process runs; one that only waits to be reaped does not. */
function runs(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false; // it has ended
  }
}
/** The agents that run, by their own files. */
function agents(): { pid: number; session: string }[] {
  const folder = join(system.home, '.claude/sessions');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const pid = Number(name.replace('.json', ''));
    if (!runs(pid) || started.some((child) => child.pid === pid)) return [];
    const { sessionId } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as { sessionId: string };
    return [{ pid, session: sessionId }];
  });
}
/** Nothing tells of what becomes of somebody else's processes and windows. */
async function until(holds: () => boolean): Promise<void> {
  for (const since = performance.now(); !holds();) {
    if (performance.now() - since > 60_000) throw new Error(`it has not come about: ${String(holds)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
/** The agent that a new session runs. */
async function agentOf(name: string): Promise<{ pid: number; session: string }> {
  const before = new Set(agents().map(({ pid }) => pid));
  await startSession(system, name);
  await until(() => agents().some(({ pid }) => !before.has(pid)));
  return agents().find(({ pid }) => !before.has(pid)) ?? { pid: 0, session: '' };
}
/** The windows of sessions, as tmux has them. */
const windows = (): string[] =>
  system
    .tmux('list-windows', '-t', 'ccbot', '-F', '#{@ccbot_session} #{window_id} #{window_name}')
    .split('\n')
    .filter((line) => /^\S/.test(line));
/** The transcripts in which a text stands. */
function transcriptsWith(text: string): string[] {
  const folder = join(system.home, '.claude/projects');
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => path.endsWith('.jsonl') && readFileSync(path, 'utf8').includes(text));
}
async function restore(name: string): Promise<void> {
  write('/archive');
  const list = await system.telegram.waitFor(() =>
    saying(system, 'Archive').find((m) => m.text.includes(name) && labels(m).includes('1')),
  );
  const number = new RegExp(`^(\\d+)\\. ${name}\\b`, 'm').exec(list.text)?.[1] ?? '';
  system.telegram.owner.tap(number, list.id);
  const one = await system.telegram.waitFor(() =>
    system.telegram.owner.fromBot().find((m) => m.id === list.id && labels(m).includes('▶ Restore')),
  );
  system.telegram.owner.tap('▶ Restore', one.id);
}

it('ends an agent that outlives its window, and nothing else, so that one alone goes on with its transcript', async () => {
  const outlives = join(system.home, 'outlives');
  writeFileSync(outlives, '');
  const other = await agentOf('other');
  const deaf = await agentOf('deaf');
  write('before its window was closed');
  await told(system, 'You said: before its window was closed');

  // What its own files say of processes that are none of it: another one with its number, and ccbot.
  const innocent = spawn('sleep', ['600']);
  started.push(innocent);
  const folder = join(system.home, '.claude/sessions');
  const worker = workerPid(supervisor);
  const file = { sessionId: deaf.session, cwd: system.project, status: 'busy' };
  const planted = [
    [innocent.pid, { ...file, pid: innocent.pid, procStart: '1' }],
    [worker, { ...file, pid: worker }],
    [supervisor.child.pid, { ...file, pid: supervisor.child.pid }],
  ] as const;
  for (const [pid, body] of planted) writeFileSync(join(folder, `${pid}.json`), JSON.stringify(body));

  process.kill(deaf.pid, 'SIGSTOP'); // so it takes no notice of TERM either
  system.tmux('kill-window', '-t', 'ccbot:deaf');
  await told(system, 'was closed');
  await until(() => !runs(deaf.pid));
  for (const [pid] of planted) {
    expect(runs(pid ?? 0)).toBe(true);
    rmSync(join(folder, `${pid}.json`));
  }
  expect(workerPid(supervisor)).toBe(worker);
  expect(agents()).toEqual([other]);
  rmSync(outlives);

  await restore('deaf');
  write('after it was restored');
  await told(system, 'You said: after it was restored', 60_000);
  expect(agents().filter(({ session }) => session === deaf.session)).toHaveLength(1);
  expect(transcriptsWith('after it was restored')).toEqual(transcriptsWith('before its window was closed'));
  expect(count(system, 'You said: before its window was closed')).toBe(1);
});

it.each([
  ['before its window is closed', 'kill-before', () => 'kill-window'],
  ['when its window is closed', 'kill-after', () => 'kill-window'],
  ['when its agent was asked to end', 'kill-after', (agent: number) => `SIGTERM ${agent}`],
])('archives a session once when the worker is killed %s, and leaves nothing', async (moment, what, line) => {
  const outlives = join(system.home, 'outlives');
  writeFileSync(outlives, '');
  const name = moment.replaceAll(' ', '-');
  const agent = await agentOf(name);
  write(`a task for the one ${moment}`);
  await told(system, `You said: a task for the one ${moment}`);
  const worker = workerPid(supervisor);
  process.kill(agent.pid, 'SIGSTOP');
  writeFileSync(system.env['CCBOT_TEST_FAULT'] ?? '', JSON.stringify({ line: line(agent.pid), do: what }));
  write('/done');
  await until(() => !runs(worker));
  await told(system, `${name} is done and in the archive`);
  await until(() => !runs(agent.pid) && !windows().some((one) => one.endsWith(name)));
  rmSync(outlives);
  expect(count(system, `${name} is done and in the archive`)).toBe(1);
  expect(agents().filter(({ session }) => session === agent.session)).toEqual([]);
  write('/archive');
  const list = await system.telegram.waitFor(() =>
    saying(system, 'Archive').find((m) => m.text.includes(name)),
  );
  expect(list.text.split(name)).toHaveLength(2);
  expect(list.text).toContain('done');
});

it('offers to restore all when the tmux server was killed, and takes no window that has an old number for a session', async () => {
  // Three sessions, in the windows @1 to @3 of their server or later ones.
  await agentOf('third');
  const before = windows();
  const names = ['other', 'deaf', 'third'];
  expect(before.map((line) => line.split(' ')[2])).toEqual(names);
  for (const name of names) {
    write(`/switch ${name}`);
    write(`the first of ${name}`);
    await told(system, `You said: the first of ${name}`);
  }
  system.tmux('kill-server');
  const lost = await told(system, 'Gone while ccbot was away');
  for (const name of names) expect(lost.text).toContain(name);
  expect(labels(lost)).toEqual([...names.map((name) => `▶ Restore ${name}`), '▶ Restore all']);
  await until(() => agents().length === 0);

  // Numbers begin anew: somebody's own windows have those of the sessions now.
  await until(() => system.tmux('list-sessions', '-F', '#{session_name}').includes('ccbot'));
  const numbers = before.map((line) => line.split(' ')[1] ?? '');
  const has = (): string[] => system.tmux('list-windows', '-t', 'ccbot', '-F', '#{window_id}').split('\n');
  for (let n = 0; n < 20 && !numbers.every((id) => has().includes(id)); n++)
    system.tmux('new-window', '-d', '-t', 'ccbot:', '-n', 'mine', 'cat');
  expect(has()).toEqual(expect.arrayContaining(numbers));
  write('typed into nothing');
  await system.telegram.waitFor(() => system.telegram.owner.fromBot().at(-1)?.text.includes('/new'));
  const mine = (): string =>
    system
      .tmux('list-windows', '-t', 'ccbot', '-F', '#{window_id} #{window_name}')
      .split('\n')
      .filter((line) => line.endsWith(' mine'))
      .map((line) => system.tmux('capture-pane', '-p', '-t', line.split(' ')[0] ?? ''))
      .join('');

  // Nor does a start take them for it.
  const worker = workerPid(supervisor);
  process.kill(worker, 'SIGKILL');
  await until(() => !runs(worker));
  await told(system, 'belongs to no session');
  expect(windows()).toEqual([]);
  expect(mine().trim()).toBe('');

  system.telegram.owner.tap('▶ Restore all', lost.id);
  for (const name of names) {
    write(`/switch ${name}`);
    write(`the second of ${name}`);
    await told(system, `You said: the second of ${name}`, 90_000);
    expect(transcriptsWith(`the second of ${name}`)).toEqual(transcriptsWith(`the first of ${name}`));
    expect(transcriptsWith(`the second of ${name}`)).toHaveLength(1);
    expect(count(system, `You said: the first of ${name}`)).toBe(1);
  }
  expect(agents()).toHaveLength(3);
  expect(count(system, 'Gone while ccbot was away')).toBe(1);
  expect(windows().map((line) => line.split(' ')[2])).toEqual(names);
  expect(mine().trim()).toBe('');
});
