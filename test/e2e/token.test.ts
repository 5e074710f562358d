import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { botSays } from './harness/chat';
import { killWorker } from './harness/kill';
import { runProgram } from './harness/run-program';
import { CCBOT, prepareSystem, WORKER, workerPid, type System } from './harness/system';
import { until } from './harness/until';

let system: System;
let token: string;

/** A keyring that opens once ccbot asks for the token, and counts how often. */
beforeEach(async () => {
  // An empty value counts as not set.
  system = await prepareSystem({ settings: { TELEGRAM_BOT_TOKEN: '', SHELL: '/bin/sh' } });
  token = system.telegram.token;
  mkdirSync(system.ccbotDir, { recursive: true, mode: 0o700 });
  keyringHas(token);
  const command = `TELEGRAM_BOT_TOKEN_COMMAND='${join(system.dir, 'keyring')} lookup service ccbot'\n`;
  writeFileSync(join(system.ccbotDir, '.env'), command, { mode: 0o600 });
});
afterEach(() => system.stop());

function keyringHas(text: string): void {
  const path = join(system.dir, 'keyring');
  writeFileSync(path, `#!/bin/sh\necho "$@" >> '${join(system.dir, 'asked')}'\nprintf '%s\\n' '${text}'\n`);
  chmodSync(path, 0o755);
}
const asked = (): number => {
  const path = join(system.dir, 'asked');
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n').length : 0;
};

/** The processes of this run whose environment or command line holds the token. */
function processesWithToken(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) =>
      ['environ', 'cmdline'].some((file) => {
        try {
          return readFileSync(`/proc/${pid}/${file}`, 'utf8').includes(token);
        } catch {
          return false; // it has ended
        }
      }),
    );
}

/** The files of this run that hold the token. The keyring is the only one that may. */
const filesWithToken = (): string[] =>
  spawnSync('grep', ['-rlF', '--', token, system.dir], { encoding: 'utf8' })
    .stdout.split('\n')
    .filter((path) => path !== '' && !path.endsWith('/keyring'));

it('asks the command once for each start, and gives the token to the worker without a file or an environment', async () => {
  const supervisor = system.supervise();
  await until(
    () => system.telegram.polls.length > 0,
    () => supervisor.output(),
  );
  expect(asked()).toBe(1);
  system.telegram.owner.say(`/new @shell ${system.project} sleep 1000`);
  await until(() => system.tmux('list-panes', '-a').includes('['));
  await botSays(system, 'sleep');
  expect(processesWithToken()).toEqual([]);
  expect(system.tmux('show-environment', '-g')).not.toMatch(/TOKEN/);
  expect(filesWithToken()).toEqual([]);

  // Another worker gets it from the supervisor, not from the command.
  const polls = system.telegram.polls.length;
  await killWorker(system, supervisor);
  await until(() => system.telegram.polls.length > polls);
  expect(asked()).toBe(1);

  for (const args of [
    ['status'],
    ['--help'],
    ['logs'],
    ['metrics'],
    ['service', 'print', '--kind', 'systemd'],
  ])
    await runProgram(system, CCBOT, ...args);
  await runProgram(system, WORKER, 'hook', '--status', '--agent', 'all');
  expect(asked()).toBe(1);

  const worker = workerPid(supervisor);
  const restarted = await runProgram(system, CCBOT, 'restart');
  expect([restarted.code, restarted.stderr]).toEqual([0, '']);
  await until(() => workerPid(supervisor) !== worker);
  expect(asked()).toBe(2);
});

it('exits with 78 and says what to do when the command fails, and shows nothing of its output', async () => {
  keyringHas('not-a-token-but-secret');
  const supervisor = system.supervise();
  expect(await supervisor.exited).toBe(78);
  expect(supervisor.output()).toContain('TOKEN_COMMAND_FAILED');
  expect(supervisor.output()).toContain('Run the command by hand');
  expect(supervisor.output()).not.toMatch(/not-a-token|lookup service/);
  expect(asked()).toBe(1);
});

it.each(['supervise', 'doctor'])(
  'says what `ccbot %s` waits for while the keyring waits for its user',
  async (run) => {
    const touched = join(system.dir, 'touched');
    const path = join(system.dir, 'keyring');
    writeFileSync(path, `#!/bin/sh\nuntil [ -e '${touched}' ]; do sleep 0.05; done\necho '${token}'\n`);
    const child = spawn(process.execPath, [CCBOT, run], { env: system.env, cwd: system.project });
    const ended = new Promise((resolve) => child.on('close', resolve));
    let told = '';
    child.stdout.resume();
    child.stderr.on('data', (data: Buffer) => (told += data.toString()));
    await until(() => told.includes('\n'));
    writeFileSync(touched, '');
    const file = join(system.ccbotDir, '.env');
    expect(told).toBe(
      `ccbot: Waiting for the bot token: TELEGRAM_BOT_TOKEN_COMMAND (from ${file}) has 10 s to print it.\n`,
    );
    if (run === 'supervise') {
      await until(() => system.telegram.polls.length > 0);
      child.kill();
    }
    await ended;
  },
);

it('takes a systemd credential, and hands its directory to no session', async () => {
  const directory = join(system.dir, 'credentials');
  mkdirSync(directory);
  writeFileSync(join(directory, 'TELEGRAM_BOT_TOKEN'), token, { mode: 0o400 });
  system.env['CREDENTIALS_DIRECTORY'] = directory;
  const supervisor = system.supervise();
  await until(
    () => system.telegram.polls.length > 0,
    () => supervisor.output(),
  );
  expect(asked()).toBe(0);
  const names = join(system.project, 'names');
  system.telegram.owner.say(`/new @shell ${system.project} env > part; mv part names; sleep 1000`);
  await until(() => existsSync(names));
  const environment = readFileSync(names, 'utf8');
  expect(environment).toMatch(/^CCBOT_INTERFACE=/m);
  expect(environment).not.toMatch(/CREDENTIALS_DIRECTORY|BOT_TOKEN/);
  expect(processesWithToken()).toEqual([]);
});
