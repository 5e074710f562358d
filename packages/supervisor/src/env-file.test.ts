import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startTelegram } from '@ccbot/sandbox/telegram/server';
import { openPlace, type Line, type Place } from './fixtures/harness';

let place: Place;
let envFile: string;
beforeEach(async () => {
  place = await openPlace();
  envFile = join(place.directory, 'conf/my.env');
  mkdirSync(join(place.directory, 'conf'));
});
afterEach(() => place.close());

/** The harness sets a token; here it must come from a file. */
const bare = { TELEGRAM_BOT_TOKEN: '', ALLOWED_USERS: '' };
const write = (text = ''): void =>
  writeFileSync(envFile, `TELEGRAM_BOT_TOKEN=${place.token}\nALLOWED_USERS=42\n${text}`, { mode: 0o600 });
const polls = (line: Line): boolean => line.message === 'worker polling';

async function ask(args: readonly string[], more: Record<string, string> = {}) {
  const command = place.run(args, { ...bare, ...more });
  const code = await command.end;
  return { code, out: command.stdout(), err: command.stderr() };
}

it('is what the supervisor and its worker read, in front of or behind the command', async () => {
  write();
  for (const args of [
    ['supervise', '--env-file', 'conf/my.env'],
    ['--env-file', envFile, 'supervise'],
  ]) {
    const supervisor = place.run(args, bare);
    await supervisor.line(polls);
    expect(place.starts().at(-1)?.environment).toContain('CCBOT_ENV_FILE');
    supervisor.kill('SIGTERM');
    expect(await supervisor.end).toBe(0);
  }
});

it('is read again at a restart, and its change ends the wait of a worker with invalid settings', async () => {
  write('CARD_EDIT_LAG=1\n');
  place.behave('exit 78 refused');
  const supervisor = place.run(['supervise', '--env-file', envFile], bare);
  await supervisor.line(({ message }) => message === 'supervisor notice');
  place.behave('ready');
  // An editor replaces the file.
  writeFileSync(`${envFile}~`, readFileSync(envFile, 'utf8').replace('=1', '=2'), { mode: 0o600 });
  renameSync(`${envFile}~`, envFile);
  await supervisor.line(polls);
  writeFileSync(envFile, 'CARD_EDIT_LAG=soon\n', { mode: 0o600 });
  expect(await ask(['restart'])).toMatchObject({
    code: 78,
    err: expect.stringContaining(envFile) as string,
  });
  rmSync(envFile);
  expect((await ask(['restart'])).err).toContain('ENV_FILE_MISSING');
});

it('is carried by the service, for each kind', async () => {
  write();
  for (const kind of ['systemd', 'launchd', 'runit']) {
    const { code, out } = await ask(['service', 'print', '--kind', kind, '--env-file', 'conf/my.env']);
    expect(code).toBe(0);
    expect(out).toMatch(/CCBOT_ENV_FILE/);
    expect(out).toContain(envFile);
    expect(out).not.toContain(place.token);
  }
  expect((await ask(['service', 'print', '--kind', 'systemd'])).out).not.toContain('CCBOT_ENV_FILE');
});

it('is refused with a clear fault when it is missing, by every command that needs it', async () => {
  const missing = join(place.directory, 'missing.env');
  for (const args of [
    ['supervise'],
    ['service', 'print', '--kind', 'systemd'],
    ['status'],
    ['stop'],
    ['logs'],
    ['restart'],
  ]) {
    const { code, err } = await ask(args, { CCBOT_ENV_FILE: missing, CCBOT_DIR: '' });
    expect([args, code, err]).toEqual([args, 78, expect.stringContaining('ENV_FILE_MISSING')]);
    expect(err).toContain(missing);
  }
  // As an option, some versions of Node.js refuse it before ccbot runs.
  const { code, err } = await ask(['supervise', '--env-file', missing]);
  expect([9, 78]).toContain(code);
  expect(err).toContain('missing.env');
});

it('is waited for with --patient', async () => {
  const supervisor = place.run(['supervise', '--patient'], { ...bare, CCBOT_ENV_FILE: envFile });
  await new Promise<void>((resolve) => {
    supervisor.process.stderr?.on(
      'data',
      () => supervisor.stderr().includes('Waiting for the settings') && resolve(),
    );
  });
  expect(supervisor.stderr()).toContain('ENV_FILE_MISSING');
  write();
  await supervisor.line(polls);
});

it('is created by `ccbot init`, and the usual file is left alone', async () => {
  const person = (id: number) => ({ id, is_bot: false, first_name: 'P' });
  const telegram = await startTelegram({ token: place.token, owner: person(7), stranger: person(8) });
  const token = join(place.directory, 'token');
  writeFileSync(token, place.token);
  const done = await ask(
    ['init', '--token-file', token, '--allow', '7', '--no-hooks', '--no-service', '--no-start'],
    { CCBOT_ENV_FILE: envFile, TELEGRAM_API_ROOT: telegram.apiRoot },
  );
  await telegram.close();
  expect([done.code, done.err]).toEqual([0, '']);
  expect(readFileSync(envFile, 'utf8')).toBe(`TELEGRAM_BOT_TOKEN=${place.token}\nALLOWED_USERS=7\n`);
  expect(statSync(envFile).mode & 0o777).toBe(0o600);
  expect(existsSync(join(place.directory, '.env'))).toBe(false);
});

it.each(['status', 'stop', 'restart', 'logs', 'supervise'])(
  'leaves no doubt which CCBOT_DIR `ccbot %s` means: a relative one is refused',
  async (command) => {
    const { code, err } = await ask([command], { ...place.environment, CCBOT_DIR: '.' });
    expect([code, err]).toEqual([78, expect.stringContaining('CCBOT_DIR is invalid')]);
  },
);

it('does not wait with --patient for a file when the environment names its directory wrong', async () => {
  expect((await ask(['supervise', '--patient'], { ...place.environment, CCBOT_DIR: '.' })).code).toBe(78);
});
