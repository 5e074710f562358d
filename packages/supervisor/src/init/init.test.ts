import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startTelegram, type Sandbox } from '@ccbot/sandbox/telegram/server';
import { atTerminal as startAtTerminal, type AtTerminal } from '@ccbot/shared/fixtures/terminal';
import { openPlace, type Place } from '../fixtures/harness';

let place: Place;
let telegram: Sandbox;
let env: Record<string, string>;
let envFile: string;
const started: AtTerminal[] = [];

beforeEach(async () => {
  place = await openPlace();
  const person = (id: number, first_name: string) => ({ id, is_bot: false, first_name });
  telegram = await startTelegram({
    token: place.token,
    owner: person(7, 'Anna'),
    stranger: person(8, 'Mallory'),
  });
  env = {
    ...place.environment,
    TELEGRAM_API_ROOT: telegram.apiRoot,
    STAND_IN_WORKER: join(__dirname, '../fixtures/hooks-worker.js'),
    PATH: `${join(place.directory, 'bin')}:/usr/bin:/bin`,
  };
  delete env['TELEGRAM_BOT_TOKEN'];
  delete env['ALLOWED_USERS'];
  envFile = join(place.directory, '.env');
});
afterEach(async () => {
  for (const init of started.splice(0)) init.kill();
  await place.run(['stop'], env).end;
  await telegram.close();
  await place.close();
});

/** `ccbot init` on a terminal. */
function atTerminal(args: string[] = [], columns = 100): AtTerminal {
  const init = startAtTerminal([process.execPath, place.program, 'init', ...args], {
    env,
    cwd: place.directory,
    columns,
  });
  started.push(init);
  return init;
}

const script = async (args: string[], more: Record<string, string> = {}) => {
  const running = place.run(['init', ...args], { ...env, ...more });
  const code = await running.end;
  return { code, out: running.stdout(), err: running.stderr() };
};
const tokenFile = (): string => {
  const path = join(place.directory, 'token');
  writeFileSync(path, `${place.token}\n`);
  return path;
};
// The harness sets a token; `ccbot init` is tested on a machine without one.
const bare = { TELEGRAM_BOT_TOKEN: '', ALLOWED_USERS: '' };

describe('ccbot init on a terminal', () => {
  it('asks for the token, waits for the user, installs the hooks, starts, and says hello', async () => {
    const init = atTerminal(['--no-service']);
    await init.sees('it stays hidden');
    init.types(`${place.token}\r`);
    await init.sees('https://t.me/');
    await init.sees('write anything to');
    telegram.stranger.say('me!');
    await init.sees('May Mallory (id 8) use');
    init.types('n');
    await init.sees('from the right account');
    telegram.owner.say('hi');
    await init.sees('May Anna (id 7) use');
    init.types('y');
    await init.sees('tmux');
    await init.sees('Install the hooks');
    init.types('y');
    await init.sees('deny their tools');
    init.types('y');
    await init.sees('Share this bot with other machines');
    init.types('\r');
    await init.sees('Start ccbot now');
    init.types('y');
    expect(await init.end).toBe(0);
    expect(init.output()).not.toContain(place.token);
    expect(readFileSync(envFile, 'utf8')).toBe(`TELEGRAM_BOT_TOKEN=${place.token}\nALLOWED_USERS=7\n`);
    expect(statSync(envFile).mode & 0o777).toBe(0o600);
    for (const mark of ['hooks-installed', 'deny-rules-added'])
      expect([mark, existsSync(join(place.directory, mark))]).toEqual([mark, true]);
    const hello = telegram.owner.fromBot().find((m) => m.text.includes('Hello! This is ccbot'));
    expect([init.output(), hello]).toEqual([expect.any(String), expect.anything()]);
    const status = place.run(['status'], { ...env, ...bare });
    expect([await status.end, status.stdout()]).toEqual([0, expect.stringContaining('@x_bot')]);
  });

  it('does not wait for a message while another ccbot polls this bot', async () => {
    const first = ['--token-file', tokenFile(), '--allow', '7', '--no-hooks', '--no-service', '--start'];
    expect((await script(first, bare)).code).toBe(0);
    rmSync(envFile); // it is also the `.env` of the working directory
    env['CCBOT_DIR'] = join(place.directory, 'other');
    const init = atTerminal(['--token-file', tokenFile()]);
    await init.sees('cannot wait for your message');
    await init.sees('--allow ID');
    expect(await init.end).toBe(1);
    env['CCBOT_DIR'] = place.directory; // so that afterEach stops the first one
  });

  it('asks again after an invalid token, also on a narrow terminal', async () => {
    const init = atTerminal(['--no-service'], 30);
    await init.sees('it stays');
    init.types('hello\r');
    await init.sees('not a token');
    init.types('\u0003');
    expect(await init.end).toBe(130);
  });
});

describe('the keyring', () => {
  /** A `secret-tool` that keeps one secret in a file; `broken`: there is no keyring behind it. */
  function installSecretTool(isBroken = false): void {
    const bin = join(place.directory, 'bin');
    mkdirSync(bin, { recursive: true });
    const script = [
      '#!/bin/sh',
      ...(isBroken ? ['echo "secret-tool: Cannot autolaunch D-Bus" >&2; exit 1'] : []),
      `action=$1; echo "$*" >> ${place.directory}/calls; store=${place.directory}/secret`,
      '[ "$action" = store ] && exec cat > "$store"',
      '[ -e "$store" ] || exit 1',
      'cat "$store"',
    ];
    writeFileSync(join(bin, 'secret-tool'), `${script.join('\n')}\n`, { mode: 0o755 });
  }
  const secret = (): string => readFileSync(join(place.directory, 'secret'), 'utf8');
  const rest = ['--allow', '7', '--no-hooks', '--no-deny-rules', '--no-service', '--no-cluster'];

  it('is offered when it works, and ccbot then starts with the token from it and with no file that holds it', async () => {
    installSecretTool();
    const init = atTerminal([...rest, '--start']);
    await init.sees('it stays hidden');
    init.types(`${place.token}\r`);
    await init.sees('in the desktop keyring');
    init.types('y');
    expect(await init.end).toBe(0);
    expect(secret()).toBe(place.token);
    const text = readFileSync(envFile, 'utf8');
    expect(text).toMatch(
      /^TELEGRAM_BOT_TOKEN_COMMAND='secret-tool lookup service ccbot account [0-9a-f]{8}'$/m,
    );
    expect(text + readFileSync(join(place.directory, 'calls'), 'utf8')).not.toContain(place.token);
    const status = place.run(['status'], { ...env, ...bare });
    expect([await status.end, status.stdout()]).toEqual([0, expect.stringContaining('@x_bot')]);
  });

  it('moves a token out of the settings file with --keyring', async () => {
    installSecretTool();
    writeFileSync(envFile, `# mine\nTELEGRAM_BOT_TOKEN=${place.token}\nALLOWED_USERS=7\n`, { mode: 0o600 });
    const done = await script([...rest, '--keyring', '--no-start'], bare);
    expect([done.code, done.err]).toEqual([0, '']);
    expect(secret()).toBe(place.token);
    expect(readFileSync(envFile, 'utf8')).toMatch(/^# mine\nALLOWED_USERS=7\nTELEGRAM_BOT_TOKEN_COMMAND=/);
  });

  it('is not offered to a script, nor when it does not work; --keyring says so then', async () => {
    installSecretTool();
    const done = await script(['--token-file', tokenFile(), ...rest, '--no-start'], bare);
    expect([done.code, done.err]).toEqual([0, '']);
    expect(readFileSync(envFile, 'utf8')).toContain(`TELEGRAM_BOT_TOKEN=${place.token}`);
    rmSync(envFile);
    installSecretTool(true);
    const refused = await script(['--token-file', tokenFile(), ...rest, '--keyring', '--no-start'], bare);
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('secret-tool') as string });
    expect(existsSync(envFile)).toBe(false);
  });
});

describe('an installed service', () => {
  beforeEach(() => {
    const bin = join(place.directory, 'bin');
    for (const path of [bin, join(place.directory, 'runtime/systemd')]) mkdirSync(path, { recursive: true });
    for (const name of ['systemctl', 'loginctl'])
      writeFileSync(join(bin, name), `#!/bin/sh\necho yes; echo "${name} $*" >> ${place.directory}/said\n`, {
        mode: 0o755,
      });
    env['XDG_RUNTIME_DIR'] = join(place.directory, 'runtime');
  });
  const restarts = (): number =>
    readFileSync(join(place.directory, 'said'), 'utf8').split(' restart ').length - 1;

  it('is left alone in the same environment, and offered again with what differs in another one', async () => {
    const rest = ['--no-hooks', '--no-deny-rules', '--no-start', '--no-linger', '--no-cluster'];
    const first = await script(['--token-file', tokenFile(), '--allow', '7', '--service', ...rest], bare);
    expect([first.code, first.out]).toEqual([0, expect.stringContaining('Installed and running.')]);
    Object.assign(env, bare);
    const same = atTerminal(rest);
    expect(await same.end).toBe(0);
    expect(same.output()).not.toContain('another environment');
    expect(restarts()).toBe(1);

    env['CLAUDE_CONFIG_DIR'] = '/home/x/claude';
    const other = atTerminal(rest, 200);
    await other.sees('New since it was installed last: CLAUDE_CONFIG_DIR.');
    await other.sees('Install it again from this shell?');
    other.types('y');
    expect(await other.end).toBe(0);
    expect(other.output()).not.toContain('/home/x/claude');
    expect(restarts()).toBe(2);
    expect((await script(rest)).out).not.toContain('another environment');
  });
});

it('does not claim that only the user can read the file where no modes are kept', async () => {
  const conf = join(place.directory, 'conf');
  mkdirSync(conf);
  const args = ['--token-file', tokenFile(), '--allow', '7', '--no-hooks', '--no-service', '--no-start'];
  const done = await script(args, {
    ...bare,
    CCBOT_ENV_FILE: join(conf, 'my.env'),
    NO_MODES: conf,
    NODE_OPTIONS: `--require ${join(__dirname, '../fixtures/no-modes.cjs')}`,
  });
  expect([done.code, done.out]).toEqual([0, expect.stringContaining('its file system keeps no modes')]);
  expect(done.out).not.toContain('only you can read it');
});

it('quotes the path of --env-file in the command that starts ccbot', async () => {
  const file = join(place.directory, "it's mine.env");
  writeFileSync(file, '', { mode: 0o600 }); // some versions of Node.js look for it themselves
  const done = await script(
    [
      '--env-file',
      file,
      '--token-file',
      tokenFile(),
      '--allow',
      '7',
      '--no-hooks',
      '--no-service',
      '--no-start',
    ],
    bare,
  );
  expect([done.code, done.err]).toEqual([0, '']);
  const hello = telegram.owner.fromBot().find((m) => m.text.includes('is set up'));
  expect(hello?.text).toContain(`ccbot supervise --env-file '${file.replace("'", "'\\''")}'`);
});

describe('ccbot init in a script', () => {
  it('takes every answer from options, and changes nothing the second time', async () => {
    const first = await script(
      [
        '--token-file',
        tokenFile(),
        '--allow',
        '7,9',
        '--hooks',
        '--no-deny-rules',
        '--no-service',
        '--no-start',
      ],
      bare,
    );
    expect([first.code, first.err]).toEqual([0, '']);
    const before = readFileSync(envFile, 'utf8');
    expect(before).toContain('ALLOWED_USERS=7,9');
    const again = await script(['--no-deny-rules', '--no-service', '--no-start'], bare);
    expect([again.code, again.err]).toEqual([0, '']);
    expect(again.out).toContain('is unchanged');
    expect(existsSync(join(place.directory, 'deny-rules-added'))).toBe(false);
    expect(readFileSync(envFile, 'utf8')).toBe(before);
    const changed = await script(['--allow', '7', '--deny-rules', '--no-service', '--no-start'], bare);
    expect(changed.code).toBe(0);
    expect(existsSync(join(place.directory, 'deny-rules-added'))).toBe(true);
    expect(readFileSync(envFile, 'utf8')).toBe(before.replace('7,9', '7'));
  });

  it('keeps the rest of the settings file, even of a half-written one', async () => {
    mkdirSync(place.directory, { recursive: true });
    writeFileSync(envFile, '# mine\nLOG_LEVEL=debug\nALLOWED_USERS=', { mode: 0o600 });
    const done = await script(
      ['--token-file', tokenFile(), '--allow', '7', '--no-hooks', '--no-service', '--no-start'],
      bare,
    );
    expect([done.code, done.err]).toEqual([0, '']);
    expect(readFileSync(envFile, 'utf8')).toBe(
      `# mine\nLOG_LEVEL=debug\nALLOWED_USERS=7\nTELEGRAM_BOT_TOKEN=${place.token}\n`,
    );
  });

  it('names the option that answers each question', async () => {
    const none = await script([], bare);
    expect(none).toMatchObject({ code: 2, err: expect.stringContaining('--token-file') as string });
    const hooks = await script(['--token-file', tokenFile(), '--allow', '7'], bare);
    expect(hooks).toMatchObject({ code: 2, err: expect.stringContaining('--no-hooks') as string });
    expect(existsSync(envFile)).toBe(false);
  });

  it.each([
    ['a token of the wrong shape', ['--token-file', 'BAD', '--allow', '7', '--yes'], 'not a token'],
    ['invalid ids', ['--token-file', 'GOOD', '--allow', 'me', '--yes'], 'not a numeric id'],
    [
      'a token that Telegram rejects',
      ['--token-file', 'OTHER', '--allow', '7', '--yes'],
      'rejected this token',
    ],
    ['a missing file', ['--token-file', '/nowhere/at/all', '--allow', '7', '--yes'], 'ENOENT'],
  ])('rejects %s with a clear error that does not repeat it', async (_, args, words) => {
    const other = '987654321:BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB';
    const files: Record<string, string> = { BAD: 'hunter2-is-no-token', GOOD: place.token, OTHER: other };
    const given = args.map((arg) => {
      if (files[arg] === undefined) return arg;
      writeFileSync(join(place.directory, arg), files[arg]);
      return join(place.directory, arg);
    });
    const done = await script(given, bare);
    expect(done).toMatchObject({ code: 1, err: expect.stringContaining(words) as string });
    for (const secret of Object.values(files)) expect(done.out + done.err).not.toContain(secret);
    expect(existsSync(envFile)).toBe(false);
  });

  it('admits nobody because of --yes: the user must be named', async () => {
    telegram.stranger.say('me!');
    const done = await script(['--token-file', tokenFile(), '--yes'], bare);
    expect(done).toMatchObject({ code: 2, err: expect.stringContaining('--allow') as string });
    expect(existsSync(envFile)).toBe(false);
    expect(telegram.polls).toHaveLength(0);
  });
});
