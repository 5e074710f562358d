import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { openPlace, type Line, type Place } from './fixtures/harness';
import { unitEnvironment } from './fixtures/unit';

let place: Place;
let bin: string;

beforeEach(async () => {
  place = await openPlace();
  bin = join(place.directory, 'bin');
  mkdirSync(bin);
  const runs = join(place.directory, 'runs');
  for (const name of ['systemctl', 'systemd-notify']) {
    const path = join(bin, name);
    const script = [
      '#!/bin/sh',
      `echo "${name} $*" >> ${place.directory}/said`,
      '[ -z "$FAIL" ] || exit "$FAIL"',
      'case $2 in',
      `restart) [ -n "$STAYS_DOWN" ] || touch ${runs} ;;`,
      `disable) [ -n "$STAYS_UP" ] || rm -f ${runs} ;;`,
      `status) [ -e ${runs} ] || { echo "● ccbot"; echo "   Active: failed (Result: exit-code)"; exit 3; } ;;`,
      'esac',
    ];
    writeFileSync(path, `${script.join('\n')}\n`);
    chmodSync(path, 0o755);
  }
});
afterEach(async () => {
  await place.close();
});

const commands = (): string[] =>
  existsSync(join(place.directory, 'said'))
    ? readFileSync(join(place.directory, 'said'), 'utf8').trim().split('\n')
    : [];
const unit = (): string => join(place.directory, '.config/systemd/user', unitName());
/** The directory is not `~/.ccbot`, so the service has a separate name. */
const unitName = (): string => /ccbot-\w{8}\.service/.exec(commands().join('\n'))?.[0] ?? 'none';

async function service(
  action: string,
  more: Record<string, string> = {},
  options: readonly string[] = ['--kind', 'systemd'],
): Promise<{ code: number | string; out: string; err: string }> {
  const run = place.run(['service', action, ...options], {
    PATH: `${bin}:${process.env['PATH'] ?? ''}`,
    TELEGRAM_BOT_TOKEN: '',
    ALLOWED_USERS: '',
    ...more,
  });
  const code = await run.end;
  return { code, out: run.stdout(), err: run.stderr() };
}
const settings = (): void =>
  writeFileSync(join(place.directory, '.env'), `TELEGRAM_BOT_TOKEN=${place.token}\nALLOWED_USERS=42\n`, {
    mode: 0o600,
  });

it('installs a unit without secrets, the same one when repeated, and removes it', async () => {
  settings();
  expect((await service('install')).code).toBe(0);
  const text = readFileSync(unit(), 'utf8');
  expect(text).toContain(place.directory);
  expect(text).not.toContain(place.token);
  const name = unitName();
  expect(commands()).toEqual([
    'systemctl --user daemon-reload',
    `systemctl --user enable ${name}`,
    `systemctl --user restart --no-block ${name}`,
    `systemctl --user status --no-pager ${name}`,
  ]);
  expect(statSync(unit()).mode & 0o777).toBe(0o600);
  expect((await service('install')).code).toBe(0);
  expect(readFileSync(unit(), 'utf8')).toBe(text);
  expect((await service('print')).out).toBe(text);
  expect((await service('uninstall')).code).toBe(0);
  expect(existsSync(unit())).toBe(false);
  expect(commands().slice(-2)).toEqual([
    `systemctl --user disable --now ${name}`,
    `systemctl --user status --no-pager ${name}`,
  ]);
});

it('says what it carries, what has changed, and what stays in the shell, without values', async () => {
  settings();
  const shell = {
    CLAUDE_CONFIG_DIR: '/home/x/claude',
    HTTPS_PROXY: 'http://me:hunter2@proxy:3128',
    ANTHROPIC_API_KEY: 'sk-ant-secret',
    OPENAI_API_KEY: 'sk-secret',
    SSH_AUTH_SOCK: '/tmp/ssh-abc/agent.1',
    CLAUDECODE: '1',
    CLAUDE_COMMAND: '/opt/claude',
    MY_OWN: '1',
  };
  const first = await service('install', shell);
  const { HTTPS_PROXY, CLAUDE_CONFIG_DIR } = unitEnvironment(readFileSync(unit(), 'utf8'));
  expect({ HTTPS_PROXY, CLAUDE_CONFIG_DIR }).toEqual({
    HTTPS_PROXY: shell.HTTPS_PROXY,
    CLAUDE_CONFIG_DIR: shell.CLAUDE_CONFIG_DIR,
  });
  expect(readFileSync(unit(), 'utf8')).not.toMatch(/sk-|CLAUDECODE|MY_OWN|CLAUDE_COMMAND/);
  expect(first.out).toMatch(/^Carried from this shell: .*CLAUDE_CONFIG_DIR, HOME, HTTPS_PROXY, PATH\.$/m);
  expect(first.out).toContain('Secrets stay in this shell: ANTHROPIC_API_KEY, OPENAI_API_KEY.');
  expect(first.out).toMatch(
    /Settings of ccbot that only this shell has: .*CLAUDE_COMMAND.* The service needs them in /,
  );
  expect(first.out).toContain('They end with this login, so they stay here: SSH_AUTH_SOCK.');
  expect(first.out).toMatch(/does not know what these are for.*MY_OWN/);
  expect(first.out).toContain('Installed and running.');
  expect(first.out).not.toMatch(/secret|hunter2|since it was installed/);

  const second = await service('install', { CODEX_HOME: '/home/x/codex', HTTPS_PROXY: 'http://other:1' });
  expect(second.out).toContain('New since it was installed last: CODEX_HOME.');
  expect(second.out).toContain('Changed since then: HTTPS_PROXY.');
  expect(second.out).toContain('No longer set in this shell, so no longer carried: CLAUDE_CONFIG_DIR.');
});

it('does not claim that it runs, or that it has ended, unless the service manager says so', async () => {
  settings();
  const installed = await service('install', { STAYS_DOWN: '1' });
  expect(installed.out).toContain('Installed, but it does not run yet: Active: failed (Result: exit-code).');
  await service('install');
  const removed = await service('uninstall', { STAYS_UP: '1' });
  expect([removed.code, removed.err]).toEqual([1, expect.stringContaining('systemd still runs it')]);
});

it('keeps a link to a unit in another place, and replaces what it leads to', async () => {
  settings();
  await service('install');
  const elsewhere = join(place.directory, 'dotfiles.service');
  renameSync(unit(), elsewhere);
  symlinkSync(elsewhere, unit());
  writeFileSync(elsewhere, 'old', { mode: 0o644 });
  expect((await service('install')).code).toBe(0);
  expect(lstatSync(unit()).isSymbolicLink()).toBe(true);
  expect(readFileSync(elsewhere, 'utf8')).toContain('Environment=');
  expect(statSync(elsewhere).mode & 0o777).toBe(0o600);
});

it('refuses the path of a credential that would be another line of the unit', async () => {
  settings();
  const options = ['--kind', 'systemd', '--credential', 'a\nExecStartPre=/bin/false'];
  expect(await service('print', {}, options)).toMatchObject({
    code: 2,
    out: '',
    err: expect.stringContaining('cannot be written into a unit') as string,
  });
});

it('does not install if the token is set in the shell only', async () => {
  const { code, err } = await service('install', { TELEGRAM_BOT_TOKEN: place.token });
  expect([code, err]).toEqual([78, expect.stringContaining('TELEGRAM_BOT_TOKEN is set in this shell only')]);
  expect(err).not.toContain(place.token);
  expect(commands()).toEqual([]);
});

it('installs a unit with a credential, and then misses no token', async () => {
  writeFileSync(join(place.directory, '.env'), 'ALLOWED_USERS=42\n', { mode: 0o600 });
  writeFileSync(join(place.directory, 'token.cred'), place.token, { mode: 0o600 });
  const options = ['--kind', 'systemd', '--encrypted-credential', 'token.cred'];
  const installed = await service('install', {}, options);
  expect([installed.code, installed.err]).toEqual([0, '']);
  const text = readFileSync(unit(), 'utf8');
  expect(text).toContain(
    `LoadCredentialEncrypted=TELEGRAM_BOT_TOKEN:${join(place.directory, 'token.cred')}\n`,
  );
  expect(text).not.toContain(place.token);
  expect((await service('print', {}, options)).out).toBe(text);
  for (const [wrong, reason] of [
    [['--kind', 'launchd', '--credential', 'token.cred'], 'launchd has no credentials'],
    [['--kind', 'systemd', '--credential', 'a', '--encrypted-credential', 'b'], 'use one of'],
  ] as const)
    expect(await service('install', {}, wrong)).toMatchObject({
      code: 2,
      err: expect.stringContaining(reason) as string,
    });
});

it('installs a unit for a token command in the settings file, without running the command', async () => {
  const command = `TELEGRAM_BOT_TOKEN_COMMAND='touch ${place.directory}/asked'`;
  writeFileSync(join(place.directory, '.env'), `${command}\nALLOWED_USERS=42\n`, { mode: 0o600 });
  const installed = await service('install');
  expect([installed.code, installed.err]).toEqual([0, '']);
  expect(existsSync(join(place.directory, 'asked'))).toBe(false);
  const { code, err } = await service('install', { TELEGRAM_BOT_TOKEN_COMMAND: 'true' });
  expect([code, err]).toEqual([
    78,
    expect.stringContaining('TELEGRAM_BOT_TOKEN_COMMAND is set in this shell only'),
  ]);
});

it('names the system command that failed', async () => {
  settings();
  const { code, err } = await service('install', { FAIL: '3' });
  expect([code, err]).toEqual([1, expect.stringContaining('daemon-reload` failed (3)')]);
});

const polls = (line: Line): boolean => line.message === 'worker polling';

it('notifies systemd that it is ready, alive and stopping', async () => {
  const supervisor = place.run(['supervise'], {
    PATH: `${bin}:${process.env['PATH'] ?? ''}`,
    NOTIFY_SOCKET: '/nowhere',
    WATCHDOG_USEC: '200000',
  });
  await supervisor.line(polls);
  while (!commands().some((line) => line.endsWith('WATCHDOG=1'))) await new Promise((r) => setTimeout(r, 10));
  supervisor.kill('SIGTERM');
  expect(await supervisor.end).toBe(0);
  expect(commands()[0]).toBe(`systemd-notify --pid=${supervisor.pid} READY=1`);
  expect(commands().some((line) => line.endsWith('STOPPING=1'))).toBe(true);
});

it('waits with --patient for valid settings and for the lock', async () => {
  const supervisor = place.run(['supervise', '--patient'], { TELEGRAM_BOT_TOKEN: '', ALLOWED_USERS: '' });
  await new Promise<void>((resolve) => {
    supervisor.process.stderr?.on(
      'data',
      () => supervisor.stderr().includes('Waiting for the settings') && resolve(),
    );
  });
  expect(supervisor.stderr()).toContain('TOKEN_MISSING');
  settings();
  await supervisor.line(polls);
  const second = place.run(['supervise', '--patient'], { CCBOT_HELD_GIVEUP: '0.05' });
  await new Promise<void>((resolve) => {
    second.process.stderr?.on('data', () => second.stderr().includes('Waiting for the lock') && resolve());
  });
  supervisor.kill('SIGTERM');
  await second.line(polls);
});
