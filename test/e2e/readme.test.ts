import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadConfig } from '@ccbot/shared/config/load';
import { atTerminal, wordsOf, type AtTerminal } from '@ccbot/shared/fixtures/terminal';
import { startTelegram, type Sandbox } from '@ccbot/sandbox/telegram/server';
import { read } from '../repo/files';
import { lendDependencies, makeOrigin } from './harness/clone';
import { commandsOf, shellBlocks, tabledCommands } from './harness/commands';
import { leftOver } from './harness/system';

// Every command of README.md, in its order, as a newcomer types it: in a clone, with a home of its own and a Telegram
// on this machine. Each test takes the commands that it runs; the last one fails on what nobody took.
jest.setTimeout(150_000);

const CTRL_C = '\u0003';
const TOKEN = '123456789:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
const OWNER = 1_234_567; // as README has it

const commands = [
  ...shellBlocks(read('README.md')).flatMap(commandsOf),
  ...tabledCommands(read('README.md'), 'npx '),
];
const left = [...commands];

/** The one command of the README that is meant, which is then known to have been run. */
function take(words: string): string {
  const at = left.findIndex((command) => command.startsWith(words));
  if (at < 0) throw new Error(`README.md has no command ${words} that was not run yet`);
  return left.splice(at, 1)[0] ?? '';
}

let dir: string;
let home: string;
let clone: string;
let telegram: Sandbox;
let env: Record<string, string>;
const terminals: AtTerminal[] = [];

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-readme-'));
  home = join(dir, 'home');
  clone = join(home, 'ccbot');
  for (const path of [home, join(dir, 'bin'), join(dir, 'tmux')]) mkdirSync(path);
  // Agents that are found, and that nobody must start.
  for (const agent of ['claude', 'codex'])
    writeFileSync(join(dir, 'bin', agent), '#!/bin/sh\necho 0.0.0\n', { mode: 0o755 });
  makeOrigin(join(dir, 'origin'));
  const person = (id: number, first_name: string) => ({ id, is_bot: false, first_name });
  telegram = await startTelegram({ token: TOKEN, owner: person(OWNER, 'Anna'), stranger: person(8, 'M') });
  env = {
    HOME: home,
    PATH: `${join(dir, 'bin')}:${dirname(process.execPath)}:/usr/bin:/bin`,
    LANG: 'C.UTF-8',
    TERM: 'xterm-256color',
    TMUX_TMPDIR: join(dir, 'tmux'),
    TELEGRAM_API_ROOT: telegram.apiRoot,
    CCBOT_CANARY: 'off',
    npm_config_offline: 'true',
    npm_config_audit: 'false',
    npm_config_update_notifier: 'false',
    npm_config_cache: join(dir, 'npm'),
  };
});
afterAll(async () => {
  for (const terminal of terminals) terminal.kill();
  spawnSync(process.execPath, [join(clone, 'packages/supervisor/bin/ccbot.js'), 'stop'], { env });
  spawnSync('tmux', ['kill-server'], { env });
  await telegram.close();
  rmSync(dir, { recursive: true, force: true, maxRetries: 10 });
});

/** Runs a command to its end where it needs nobody. Not in one step: the Telegram that it asks is this process. */
function sh(command: string, cwd = clone): Promise<{ status: number; out: string; err: string }> {
  return new Promise((resolve) => {
    const child = execFile('bash', ['--norc', '-c', command], { env, cwd }, (error, out, err) => {
      resolve({ status: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, out, err });
    });
    child.stdin?.end();
  });
}

/** Runs a command at a terminal. */
function person(command: string): AtTerminal {
  const terminal = atTerminal(['bash', '--norc', '-c', command], { env, cwd: clone });
  terminals.push(terminal);
  return terminal;
}

/** Sees that nothing runs any more; of sessions it is their very point that they go on in tmux, so these are ended. */
async function nothingLeft(): Promise<void> {
  spawnSync('tmux', ['kill-server'], { env });
  expect(await leftOver(dir)).toEqual([]);
}

async function interrupt(terminal: AtTerminal): Promise<void> {
  terminal.types(CTRL_C);
  await terminal.end;
}

it('clones', async () => {
  const clones = await sh(
    `${take('git clone').replace('REPOSITORY_URL', `file://${join(dir, 'origin')}`)} && pwd`,
    home,
  );
  expect(clones.out.trim()).toBe(clone);
  lendDependencies(clone); // what `npm start` would fetch by `npm ci`; that it does so is tested in test/repo/prepare
});

it('starts the demo, asks which agent it is to be, serves the chat page, and ends with Ctrl-C', async () => {
  const start = person(take('npm start'));
  await start.sees('Which agent is to answer');
  start.types('1\r');
  await start.sees('Open the chat: ');
  await start.sees('Ctrl-C ends the demo');
  const [page = ''] = /http:\/\/127\.0\.0\.1:\S+/.exec(wordsOf(start.output())) ?? [];
  expect(await (await fetch(page)).text()).toContain('<title>ccbot sandbox</title>');
  await interrupt(start);
  expect(await leftOver(dir)).toEqual([]); // its tmux server neither
  expect(wordsOf(start.output())).toContain('stopping … stopped.');
  await expect(fetch(page)).rejects.toThrow();
});

it('is set up by init, and says hello on the phone', async () => {
  take('npx ccbot init'); // stands in the table too
  const init = person(take('npx ccbot init'));
  await init.sees('it stays hidden');
  init.types(`${TOKEN}\r`);
  await init.sees('write anything to');
  telegram.owner.say('hi');
  await init.sees('use your agents?');
  init.types('y');
  await init.sees('Install the hooks');
  init.types('y');
  const asked = await init.sees('also after a reboot?', 'Start ccbot now?');
  if (asked !== 'Start ccbot now?') {
    init.types('n'); // the services of this machine are none of the test's
    await init.sees('Start ccbot now?');
  }
  init.types('y');
  await init.sees(`Said hello to ${OWNER}`);
  expect(await init.end).toBe(0);
  telegram.owner.say('/help');
  await telegram.waitFor(() => telegram.owner.fromBot().find((m) => m.text.includes('/new')), 60_000);
  expect((await sh(take('npx ccbot stop'))).status).toBe(0);
  await nothingLeft();
});

it('is set up by hand', async () => {
  rmSync(join(home, '.ccbot'), { recursive: true });
  expect((await sh(take('mkdir'))).status).toBe(0);
  expect((await sh(take('(umask'))).status).toBe(0);
  const file = join(home, '.ccbot/.env');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(join(home, '.ccbot')).mode & 0o777).toBe(0o700);
  const loaded = loadConfig({ cwd: home, env: {}, home });
  expect(loaded).toMatchObject({ ok: true, config: { ALLOWED_USERS: [OWNER] } });
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace(/(?<=TOKEN=).*/, TOKEN)); // what the person is told to do
  expect(await sh(take('npx ccbot hook --install'))).toMatchObject({ status: 0, err: '' });
  expect(readFileSync(join(home, '.claude/settings.json'), 'utf8')).toContain('hook.js');
});

it('runs with a token, while every command for the terminal does what it says', async () => {
  const start = person(take('npm start'));
  await start.sees('worker polling');
  const before = telegram.owner.fromBot().length;
  telegram.owner.say('/health');
  await telegram.waitFor(() => telegram.owner.fromBot()[before], 60_000);

  expect(await sh(take('npx ccbot status'))).toMatchObject({ status: 0, err: '' });
  expect((await sh(take('npx ccbot metrics'))).out).toContain('\nccbot_up 1\n');
  expect((await sh(take('npx ccbot hook --status'))).status).toBe(0);
  const doctor = await sh(take('npx ccbot doctor'));
  expect(doctor.out).toMatch(/^✓ bot token: @/m);
  expect(doctor.out).toMatch(/\d+ checks: nothing is broken/);
  expect((await sh(take('npx ccbot restart'))).status).toBe(0);
  const logs = person(take('npx ccbot logs -f'));
  await logs.sees('worker polling');
  await interrupt(logs);
  // The poller is there already: a second one is refused, in words.
  expect(await sh(take('npx ccbot supervise'))).toMatchObject({
    status: 1,
    err: expect.stringContaining('holds the lock') as string,
  });
  await interrupt(start);
});

it('has commands that need no ccbot that runs', async () => {
  const once = await sh(take('npx ccbot worker --once'));
  expect([once.status, once.out]).toEqual([0, expect.stringMatching(/./)]);
  // Each takes an agent through two turns, for half a minute and more: tested in canary.test.ts.
  expect((await sh(`${take('npx ccbot canary')} --help`)).status).toBe(0);
  writeFileSync(join(home, 'a.txt'), 'a');
  const send = await sh(take('npx ccbot send-file').replace('PATH', join(home, 'a.txt')));
  expect([send.status, send.out + send.err]).toEqual([75, expect.stringContaining('ccbot')]);
  expect(await sh(take('npx ccbot import'))).toMatchObject({
    status: 78,
    err: expect.stringContaining('--from') as string,
  });
  const completion = take('npx ccbot completion');
  for (const shell of ['bash', 'zsh', 'fish'])
    expect((await sh(completion.replace('SHELL', shell))).out).toContain('send-file');
  const help = take('npx ccbot help');
  expect((await sh(help.replace(' [topic]', ''))).out).toContain('Commands:');
  expect((await sh(help.replace('[topic]', 'faults'))).out).toContain('LOCK_HELD');
  expect((await sh(take('npx ccbot service --help'))).out).toContain('uninstall');
});

it('tests itself', async () => {
  // All of it would run this test again, without end. One file is the same way: prepare, jest, the sum.
  const test = await sh(`${take('npm test')} -- shared/src/cli/colour`);
  expect([test.status, test.out.trim().split('\n').at(-1)]).toEqual([
    0,
    expect.stringMatching(/^\d+ passed, 0 failed/),
  ]);
});

it('has no command that was not run', () => {
  expect(commands.length).toBeGreaterThan(20);
  expect(left).toEqual([]);
});
