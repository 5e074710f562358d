import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { count, botMessages, labels, startSession, botSays } from './harness/chat';
import { claudeProgram, prepareSystem, workerPid, type Supervisor, type System } from './harness/system';
import { eventually, until } from './harness/until';

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
  // A failed test may leave an agent stopped, which reacts to no other signal.
  for (const { pid } of agents()) process.kill(pid, 'SIGKILL');
  await system.stop();
});

const write = (text: string): number => system.telegram.owner.say(text);

/** False for a zombie. */
function isRunning(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false; // it has ended
  }
}
/** The running agents, by their session files. */
function agents(): { pid: number; session: string }[] {
  const folder = join(system.home, '.claude/sessions');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const pid = Number(name.replace('.json', ''));
    if (!isRunning(pid) || started.some((child) => child.pid === pid)) return [];
    const text = readFileSync(join(folder, name), 'utf8');
    if (text === '') return []; // it is being written
    const { sessionId } = JSON.parse(text) as { sessionId: string };
    return [{ pid, session: sessionId }];
  });
}
/** Starts a session, and returns its agent. */
async function agentOf(name: string): Promise<{ pid: number; session: string }> {
  const before = new Set(agents().map(({ pid }) => pid));
  await startSession(system, name);
  await until(() => agents().some(({ pid }) => !before.has(pid)));
  return agents().find(({ pid }) => !before.has(pid)) ?? { pid: 0, session: '' };
}
/** The windows of sessions. */
const windows = (): string[] =>
  system
    .tmux('list-windows', '-t', 'ccbot', '-F', '#{@ccbot_session} #{window_id} #{window_name}')
    .split('\n')
    .filter((line) => /^\S/.test(line));
/** The transcripts that contain a text. */
function transcriptsWith(text: string): string[] {
  const folder = join(system.home, '.claude/projects');
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => path.endsWith('.jsonl') && readFileSync(path, 'utf8').includes(text));
}
async function restore(name: string): Promise<void> {
  write('/archive');
  const list = await system.telegram.waitFor(() =>
    botMessages(system, 'Archive').find((m) => m.text.includes(name) && labels(m).includes('1')),
  );
  const number = new RegExp(`^(\\d+)\\. ${name}\\b`, 'm').exec(list.text)?.[1] ?? '';
  system.telegram.owner.tap(number, list.id);
  const details = await system.telegram.waitFor(() =>
    system.telegram.owner.fromBot().find((m) => m.id === list.id && labels(m).includes('▶ Restore')),
  );
  system.telegram.owner.tap('▶ Restore', details.id);
}

it('asks about an agent that outlives its window, and ends it and nothing else when told to', async () => {
  const outlives = join(system.home, 'outlives');
  writeFileSync(outlives, '');
  const other = await agentOf('other');
  const deaf = await agentOf('deaf');
  write('before its window was closed');
  await botSays(system, 'You said: before its window was closed');

  // Session files that name processes which are not the agent: an unrelated process, and ccbot.
  const unrelated = spawn('sleep', ['600']);
  started.push(unrelated);
  const folder = join(system.home, '.claude/sessions');
  const worker = workerPid(supervisor);
  const file = { sessionId: deaf.session, cwd: system.project, status: 'busy' };
  const planted = [
    [unrelated.pid, { ...file, pid: unrelated.pid, procStart: '1' }],
    [worker, { ...file, pid: worker }],
    [supervisor.child.pid, { ...file, pid: supervisor.child.pid }],
  ] as const;
  for (const [pid, body] of planted) writeFileSync(join(folder, `${pid}.json`), JSON.stringify(body));

  process.kill(deaf.pid, 'SIGSTOP'); // so it ignores SIGTERM too
  system.tmux('kill-window', '-t', 'ccbot:deaf');
  const offer = await botSays(system, 'cannot find the window');
  expect(offer.text).toContain('pid ');
  expect(isRunning(deaf.pid)).toBe(true);
  system.telegram.owner.tap('End it', offer.id);
  await until(() => !isRunning(deaf.pid));
  await botSays(system, 'was ended');
  for (const [pid] of planted) {
    expect(isRunning(pid ?? 0)).toBe(true);
    rmSync(join(folder, `${pid}.json`));
  }
  expect(workerPid(supervisor)).toBe(worker);
  expect(agents()).toEqual([other]);
  rmSync(outlives);

  await restore('deaf');
  write('after it was restored');
  await botSays(system, 'You said: after it was restored');
  expect(agents().filter(({ session }) => session === deaf.session)).toHaveLength(1);
  await eventually(() =>
    expect(transcriptsWith('after it was restored')).toEqual(transcriptsWith('before its window was closed')),
  );
  expect(botMessages(system, 'You said: before its window was closed').map((m) => m.text)).toHaveLength(1);
});

it.each([
  ['before its window is closed', 'kill-before', () => 'kill-pane'],
  ['when its window is closed', 'kill-after', () => 'kill-pane'],
  ['when its agent was asked to end', 'kill-after', (agent: number) => `SIGTERM ${agent}`],
])(
  'archives a session once when the worker is killed %s, and leaves nothing behind',
  async (moment, kind, line) => {
    const outlives = join(system.home, 'outlives');
    writeFileSync(outlives, '');
    const name = moment.replaceAll(' ', '-');
    const agent = await agentOf(name);
    write(`a task for the one ${moment}`);
    await botSays(system, `You said: a task for the one ${moment}`);
    const worker = workerPid(supervisor);
    process.kill(agent.pid, 'SIGSTOP');
    writeFileSync(system.env['CCBOT_TEST_FAULT'] ?? '', JSON.stringify({ line: line(agent.pid), do: kind }));
    write('/done');
    await until(() => !isRunning(worker));
    await botSays(system, `${name} is done and archived`);
    await until(() => !isRunning(agent.pid) && !windows().some((line) => line.endsWith(name)));
    rmSync(outlives);
    expect(count(system, `${name} is done and archived`)).toBe(1);
    expect(agents().filter(({ session }) => session === agent.session)).toEqual([]);
    write('/archive');
    const list = await system.telegram.waitFor(() =>
      botMessages(system, 'Archive').find((m) => m.text.includes(name)),
    );
    expect(list.text.split(name)).toHaveLength(2);
    expect(list.text).toContain('done');
  },
);

it('offers to restore all sessions when the tmux server is killed, and does not mistake new windows with old ids for them', async () => {
  // Three sessions, in the windows @1 to @3 of their server or later.
  await agentOf('third');
  const before = windows();
  const names = ['other', 'deaf', 'third'];
  expect(before.map((line) => line.split(' ')[2])).toEqual(names);
  for (const name of names) {
    write(`/switch ${name}`);
    write(`the first of ${name}`);
    await botSays(system, `You said: the first of ${name}`);
  }
  system.tmux('kill-server');
  const lost = await botSays(system, 'Ended while ccbot was not running');
  for (const name of names) expect(lost.text).toContain(name);
  expect(labels(lost)).toEqual([...names.map((name) => `▶ Restore ${name}`), '▶ Restore all']);
  await until(() => agents().length === 0);

  // Window ids start again: windows of the user now have the ids that the sessions had.
  await until(() => system.tmux('list-sessions', '-F', '#{session_name}').includes('ccbot'));
  const oldIds = before.map((line) => line.split(' ')[1] ?? '');
  const ids = (): string[] => system.tmux('list-windows', '-t', 'ccbot', '-F', '#{window_id}').split('\n');
  for (let n = 0; n < 20 && !oldIds.every((id) => ids().includes(id)); n++)
    system.tmux('new-window', '-d', '-t', 'ccbot:', '-n', 'mine', 'cat');
  expect(ids()).toEqual(expect.arrayContaining(oldIds));
  write('typed into nothing');
  await botSays(system, 'Your message is kept');
  const userScreens = (): string =>
    system
      .tmux('list-windows', '-t', 'ccbot', '-F', '#{window_id} #{window_name}')
      .split('\n')
      .filter((line) => line.endsWith(' mine'))
      .map((line) => system.tmux('capture-pane', '-p', '-t', line.split(' ')[0] ?? ''))
      .join('');

  // A restarted worker does not mistake them either.
  const worker = workerPid(supervisor);
  process.kill(worker, 'SIGKILL');
  await until(() => !isRunning(worker));
  await botSays(system, 'belongs to no session');
  expect(windows()).toEqual([]);
  expect(userScreens().trim()).toBe('');

  system.telegram.owner.tap('▶ Restore all', lost.id);
  // For the session that the user wrote to before.
  await botSays(system, 'Your message goes to third');
  await botSays(system, 'You said: typed into nothing');
  for (const name of names) {
    write(`/switch ${name}`);
    write(`the second of ${name}`);
    await botSays(system, `You said: the second of ${name}`);
    await eventually(() => {
      expect(transcriptsWith(`the second of ${name}`)).toEqual(transcriptsWith(`the first of ${name}`));
      expect(transcriptsWith(`the second of ${name}`)).toHaveLength(1);
    });
    // The live card repeats the last answer until it shows the next one.
    await system.telegram.waitFor(() => count(system, `You said: the first of ${name}`) === 1);
  }
  expect(agents()).toHaveLength(3);
  expect(count(system, 'Ended while ccbot was not running')).toBe(1);
  expect(windows().map((line) => line.split(' ')[2])).toEqual(names);
  expect(userScreens().trim()).toBe('');
});
