import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { TMUX } from '@ccbot/shared/fixtures/tmux';
import { loadConfig } from '@ccbot/shared/config/load';
import { atTerminal, wordsOf, type AtTerminal } from '@ccbot/shared/fixtures/terminal';
import { startTelegram, type Sandbox } from '@ccbot/sandbox/telegram/server';
import { read } from '../repo/files';
import { lendDependencies, makeOrigin } from './harness/clone';
import { commandsOf, shellBlocks, tabledCommands } from './harness/commands';
import { leftOver } from './harness/system';

// Runs every command of README.md and of the pages that it sends a newcomer to, in order, as a newcomer types it: in a clone,
// with its own home and a Telegram on this machine. Each test takes the commands that it runs; the last test fails when a
// command is left.
const CTRL_C = '\u0003';
const TOKEN = '123456789:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
const OWNER = 1_234_567; // as in docs/setup.md

const commands = [
  ...['README.md', 'docs/setup.md', 'CONTRIBUTING.md'].flatMap((path) =>
    shellBlocks(read(path)).flatMap(commandsOf),
  ),
  ...tabledCommands(read('docs/commands.md'), 'npx '),
];
const left = [...commands];

/** Takes the next command of the documents that begins with this text. */
function take(start: string): string {
  const index = left.findIndex((command) => command.startsWith(start));
  if (index < 0) throw new Error(`the documents have no other command that begins with ${start}`);
  return left.splice(index, 1)[0] ?? '';
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
  // Agents that are found but never started.
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
  spawnSync(TMUX, ['kill-server'], { env });
  await telegram.close();
  rmSync(dir, { recursive: true, force: true, maxRetries: 10 });
});

/** Runs a command that needs no input. Asynchronous, because the Telegram that it calls is in this process. */
function sh(command: string, cwd = clone): Promise<{ status: number; out: string; err: string }> {
  return new Promise((resolve) => {
    const child = execFile('bash', ['--norc', '-c', command], { env, cwd }, (error, out, err) => {
      resolve({ status: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, out, err });
    });
    child.stdin?.end();
  });
}

/** Runs a command at a terminal. */
function runAtTerminal(command: string): AtTerminal {
  const terminal = atTerminal(['bash', '--norc', '-c', command], { env, cwd: clone });
  terminals.push(terminal);
  return terminal;
}

/** Checks that nothing is left running. Sessions are meant to survive in tmux, so they are killed first. */
async function expectNothingLeft(): Promise<void> {
  spawnSync(TMUX, ['kill-server'], { env });
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
  lendDependencies(clone); // instead of the `npm ci` of `npm start`, which test/repo/prepare.test.ts tests
});

it('starts the demo, asks for the agent, serves the chat page, and ends with Ctrl-C', async () => {
  const start = runAtTerminal(take('npm start'));
  await start.sees('Which agent should the demo use');
  start.types('1\r');
  await start.sees('Open the chat: ');
  await start.sees('Ctrl-C ends the demo');
  const [page = ''] = /http:\/\/127\.0\.0\.1:\S+/.exec(wordsOf(start.output())) ?? [];
  expect(await (await fetch(page)).text()).toContain('<title>ccbot sandbox</title>');
  await interrupt(start);
  expect(await leftOver(dir)).toEqual([]); // including its tmux server
  expect(wordsOf(start.output())).toContain('stopping … stopped.');
  await expect(fetch(page)).rejects.toThrow();
});

it('is set up by init, and says hello on the phone', async () => {
  take('npx ccbot init'); // also in the table
  const init = runAtTerminal(take('npx ccbot init'));
  await init.sees('it stays hidden');
  init.types(`${TOKEN}\r`);
  await init.sees('write anything to');
  telegram.owner.say('hi');
  await init.sees('use your agents?');
  init.types('y');
  await init.sees('Install the hooks');
  init.types('y');
  await init.sees('deny their tools');
  init.types('y');
  const question = await init.sees('also after a reboot?', 'Share this bot');
  if (question !== 'Share this bot') {
    init.types('n'); // the test leaves the services of this machine alone
    await init.sees('Share this bot');
  }
  init.types('\r'); // no
  await init.sees('Start ccbot now?');
  init.types('y');
  await init.sees(`Said hello to ${OWNER}`);
  expect(await init.end).toBe(0);
  telegram.owner.say('/help');
  await telegram.waitFor(() => telegram.owner.fromBot().find((m) => m.text.includes('/new')));
  expect((await sh(take('npx ccbot stop'))).status).toBe(0);
  await expectNothingLeft();
});

it('is set up by hand', async () => {
  rmSync(join(home, '.ccbot'), { recursive: true });
  expect((await sh(take('mkdir'))).status).toBe(0);
  expect((await sh(take('(umask'))).status).toBe(0);
  const file = join(home, '.ccbot/.env');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(join(home, '.ccbot')).mode & 0o777).toBe(0o700);
  const loaded = loadConfig({ env: {}, home });
  expect(loaded).toMatchObject({ ok: true, config: { ALLOWED_USERS: [OWNER] } });
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace(/(?<=TOKEN=).*/, TOKEN)); // as docs/setup.md says
  expect(await sh(take('npx ccbot hook --install'))).toMatchObject({ status: 0, err: '' });
  expect(readFileSync(join(home, '.claude/settings.json'), 'utf8')).toContain('hook.js');
});

it('runs with a token, and every command for the terminal works', async () => {
  const start = runAtTerminal(take('npm start'));
  await start.sees('worker polling');
  const before = telegram.owner.fromBot().length;
  telegram.owner.say('/health');
  await telegram.waitFor(() => telegram.owner.fromBot()[before]);

  expect(await sh(take('npx ccbot status'))).toMatchObject({ status: 0, err: '' });
  expect((await sh(take('npx ccbot metrics'))).out).toContain('\nccbot_up 1\n');
  expect((await sh(take('npx ccbot hook --status'))).status).toBe(0);
  const doctor = await sh(take('npx ccbot doctor'));
  expect(doctor.out).toMatch(/^✓ bot token: @/m);
  expect(doctor.out).toMatch(/\d+ checks: nothing is broken/);
  expect((await sh(take('npx ccbot restart'))).status).toBe(0);
  const logs = runAtTerminal(take('npx ccbot logs -f'));
  await logs.sees('worker polling');
  await interrupt(logs);
  // A second poller is refused with an explanation.
  expect(await sh(take('npx ccbot supervise'))).toMatchObject({
    status: 1,
    err: expect.stringContaining('holds the lock') as string,
  });
  await interrupt(start);
});

it('has commands that work without a running ccbot', async () => {
  const once = await sh(take('npx ccbot worker --once'));
  expect([once.status, once.out]).toEqual([0, expect.stringMatching(/./)]);
  // Runs two turns of each agent, which takes half a minute or longer: tested in canary.test.ts.
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
  expect((await sh(take('npx ccbot cluster --help'))).out).toContain('status');
});

it('breaks several machines with one bot at random', async () => {
  // The faults themselves take minutes; `cluster-chaos.test.ts` runs some.
  for (let i = 0; i < 3; i++)
    expect((await sh(take('npm run chaos').replace(/( #.*)?$/, ' --help'))).out).toContain('--machines');
});

it('runs its tests', async () => {
  // All tests would include this one, endlessly. One file takes the same steps: prepare, jest, summary.
  const test = await sh(`${take('npm test')} -- shared/src/cli/colour`);
  expect([test.status, test.out.trim().split('\n').at(-1)]).toEqual([
    0,
    expect.stringMatching(/^\d+ passed, 0 failed/),
  ]);
});

it('has no other commands', () => {
  expect(commands.length).toBeGreaterThan(20);
  expect(left).toEqual([]);
});
