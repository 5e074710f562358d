import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TMUX } from '@ccbot/shared/fixtures/tmux';
import { startTelegram, type Sandbox } from '@ccbot/sandbox/telegram/server';
import { root } from '../repo/files';
import { dockerLines, installFromDockerfile, type Installed } from './harness/installed';
import { leftOver, runsFrom } from './harness/system';
import { until } from './harness/until';

const AGENT = join(root, 'packages/sandbox/bin/ccbot-scripted-agent.js');
const TOKEN = '123456780:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

let dir: string;
let installed: Installed;
let home: string;
let telegram: Sandbox;
let env: Record<string, string>;
let running: ChildProcess | undefined;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-installed-'));
  installed = installFromDockerfile(dir);
  const turns = ['first', 'second'].map((match) => ({
    match,
    steps: [{ do: 'say', text: `Answer to the ${match}.` }],
  }));
  writeFileSync(join(dir, 'script.json'), JSON.stringify({ turns }));
});
afterAll(async () => {
  await until(() => !runsFrom(dir));
  rmSync(dir, { recursive: true, force: true });
});

beforeEach(async () => {
  home = mkdtempSync(join(dir, 'home-'));
  mkdirSync(join(home, 'tmux'));
  const person = (id: number) => ({ id, is_bot: false, first_name: 'P' });
  telegram = await startTelegram({ token: TOKEN, owner: person(7), stranger: person(8) });
  env = {
    PATH: installed.path,
    HOME: home,
    LANG: 'C.UTF-8',
    TERM: 'xterm-256color',
    TMUX_TMPDIR: join(home, 'tmux'),
    TELEGRAM_API_ROOT: telegram.apiRoot,
    CCBOT_CANARY: 'off',
    CLAUDE_COMMAND: `"${process.execPath}" "${AGENT}"`,
    CLAUDE_FLAGS: '',
    CCBOT_SCRIPT: join(dir, 'script.json'),
  };
});
afterEach(async () => {
  if (running !== undefined && running.exitCode === null) {
    running.kill('SIGTERM');
    await once(running, 'exit');
  }
  running = undefined;
  spawnSync(TMUX, ['kill-server'], { env });
  await telegram.close();
  expect(await leftOver(home)).toEqual([]);
});

/** Runs a command of the installed ccbot. */
function run(program: string, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(program, args, { env, cwd: home }, (error, out, err) => {
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, out, err });
    });
  });
}
const writeSettings = (): void => {
  mkdirSync(join(home, '.ccbot'), { recursive: true, mode: 0o700 });
  const text = `TELEGRAM_BOT_TOKEN=${TOKEN}\nALLOWED_USERS=7\n`;
  writeFileSync(join(home, '.ccbot/.env'), text, { mode: 0o600 });
};
const start = (program: string, ...args: string[]): ChildProcess =>
  (running = spawn(program, args, { env, cwd: home, stdio: 'ignore' }));
const botSays = (text: string) =>
  telegram.waitFor(() =>
    telegram.owner
      .fromBot()

      .find((m) => m.text.includes(text)),
  );

it('runs in the image: waits for settings, is healthy when it polls, and exits when the container is stopped', async () => {
  const [entry] = dockerLines('ENTRYPOINT').map((line) => JSON.parse(line) as [string, ...string[]]);
  const [health] = dockerLines('HEALTHCHECK').map(
    (line) => JSON.parse(/CMD (\[.*\])/.exec(line)?.[1] ?? '[]') as [string, ...string[]],
  );
  if (entry === undefined || health === undefined)
    throw new Error('the Dockerfile has no ENTRYPOINT or HEALTHCHECK');
  const container = start(...entry);
  expect((await run(...health)).code).not.toBe(0);
  writeSettings();
  await telegram.waitFor(() => telegram.polls.length > 0);
  await until(async () => (await run(...health)).code === 0); // the supervisor knows of that poll
  telegram.owner.say('/help');
  await botSays('/new');
  container.kill('SIGTERM');
  expect(await once(container, 'exit')).toEqual([0, null]);
});

it('keeps its sessions when it is upgraded under a running supervisor', async () => {
  writeSettings();
  expect((await run('ccbot', 'hook', '--install', '--agent', 'claude')).code).toBe(0);
  const project = join(home, 'project');
  mkdirSync(project);
  start('ccbot', 'supervise');
  telegram.owner.say(`/new demo ${project}`);
  await botSays('ready');
  const panes = (): string =>
    spawnSync(TMUX, ['list-panes', '-a', '-F', '#{window_id} #{pane_pid}'], { env, encoding: 'utf8' }).stdout;
  const before = panes();
  telegram.owner.say('the first');
  await botSays('Answer to the first.');

  const { out: old } = await run('ccbot', '--version');
  installed.upgradeTo('99.0.0');
  expect((await run('ccbot', '--version')).out).toBe('99.0.0\n');
  expect(await run('ccbot', 'restart')).toMatchObject({ code: 0, err: '' });
  const status = (await run('ccbot', 'status')).out;
  expect(status).toMatch(/^worker .* 99\.0\.0, generation 2/m);
  expect(status).toMatch(new RegExp(`^supervisor .* ${old.trim()},`, 'm'));
  // The supervisor still runs the old version, and the doctor reports that.
  const { checks } = JSON.parse((await run('ccbot', 'doctor', '--json')).out) as {
    checks: { id: string; verdict: string; todo?: string }[];
  };
  expect(checks.find(({ id }) => id === 'version')).toMatchObject({
    verdict: 'warn',
    todo: expect.stringContaining('ccbot stop') as string,
  });
  expect(checks.find(({ id }) => id === 'hooks-claude')).toMatchObject({ verdict: 'ok' });
  telegram.owner.say('the second');
  await botSays('Answer to the second.');
  expect(panes()).toBe(before);
});
