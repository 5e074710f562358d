import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../fixtures/until';
import { loadConfig, loadWithToken, type Loaded } from './load';
import { createTokenMemory, readToken, type FoundToken, type ReadTokenOptions } from './token';

const TOKEN = '123456789:AAFabcdefghijklmnopqrstuvwxyz012345';
const OTHER = '987654321:AAFabcdefghijklmnopqrstuvwxyz012345';

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'ccbot-token-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** A program that counts its runs. Returns its path. */
function program(script: string, name = 'give-token'): string {
  const path = join(dir, name);
  writeFileSync(path, `#!/bin/sh\necho run >> ${join(dir, 'runs')}\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}
const runs = (): number =>
  existsSync(join(dir, 'runs')) ? readFileSync(join(dir, 'runs'), 'utf8').trim().split('\n').length : 0;

const env = (): Record<string, string> => ({ PATH: `${dir}:/usr/bin:/bin`, HOME: dir });
const ask = (
  command: string[],
  more: Record<string, string> = {},
  options: ReadTokenOptions = {},
): Promise<FoundToken> => readToken({ env: { ...env(), ...more }, command, source: '/x/.env' }, options);
const textOf = (found: FoundToken): string | null => (found !== null && 'text' in found ? found.text : null);
const faultOf = (found: FoundToken) => (found !== null && 'fault' in found ? found.fault : null);

describe('the command that prints the token', () => {
  it('is found on the PATH, and only its first line counts', async () => {
    program(`printf '%s\\r\\nsecond line\\n' ${TOKEN}`);
    expect(await ask(['give-token'])).toEqual({ text: TOKEN, source: 'TELEGRAM_BOT_TOKEN_COMMAND' });
  });

  it('runs without a shell, without input, and in the root directory', async () => {
    const path = program(`printf '%s|' "$1" "$(pwd)" "$(cat)" > ${join(dir, 'seen')}; echo ${TOKEN}`);
    expect(textOf(await ask([path, '$(touch /tmp/x); *']))).toBe(TOKEN);
    expect(readFileSync(join(dir, 'seen'), 'utf8')).toBe('$(touch /tmp/x); *|/||');
  });

  it('is not taken from the working directory', async () => {
    program(`echo ${TOKEN}`, 'only-here');
    const found = await readToken({ env: { PATH: `:.:${dir}/none` }, command: ['only-here'], source: 'x' });
    expect(faultOf(found)?.what).toContain('there is no such program');
  });

  it.each([
    ['exits with an error', 'echo secret-output; echo secret-error >&2; exit 3', 'it exited with 3'],
    ['is killed', 'kill -9 $$', 'it was ended by SIGKILL'],
    ['prints nothing', 'exit 0', 'its first line is no bot token'],
    ['prints something else first', `echo "secret-output"; echo ${TOKEN}`, 'its first line is no bot token'],
    ['prints without end', 'yes secret-output', 'it printed more than 64 kB'],
    ['takes too long', 'sleep 3', 'it took longer than 1 seconds'],
    ['leaves its output open', `echo ${TOKEN}; sleep 3 &`, 'it took longer than 1 seconds'],
  ])('is a fault that repeats nothing secret when it %s', async (_what, script, why) => {
    const fault = faultOf(await ask([program(script), '--password=secret-argument'], {}, { limitS: 1 }));
    expect(fault).toMatchObject({ code: 'TOKEN_COMMAND_FAILED', exit: 78 });
    expect(fault?.what).toContain(why);
    expect(JSON.stringify(fault)).not.toMatch(/secret-|AAF/);
  });

  it('lets the program do other things meanwhile', async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    const asked = ask([program(`while [ ! -e ${join(dir, 'go')} ]; do sleep 0.01; done; echo ${TOKEN}`)]);
    await until(() => ticks > 0);
    writeFileSync(join(dir, 'go'), '');
    expect(textOf(await asked)).toBe(TOKEN);
    clearInterval(timer);
  });

  it('is announced once, with its time limit, when it does not answer within a moment', async () => {
    const said: string[] = [];
    const onSlow = (text: string): void => void said.push(text);
    const go = join(dir, 'go');
    const slow = program(`while [ ! -e ${go} ]; do sleep 0.01; done; echo ${TOKEN}`);
    const asked = ask([slow, '--password=secret'], {}, { onSlow, limitS: 300 });
    await until(() => said.length > 0);
    writeFileSync(go, '');
    expect(textOf(await asked)).toBe(TOKEN);
    const text = 'TELEGRAM_BOT_TOKEN_COMMAND (from /x/.env) has 300 s to print it.';
    expect(said).toEqual([`Waiting for the bot token: ${text}`]);
  });

  it('is a fault when its arguments are more than the system takes', async () => {
    const words = [program('true'), ...Array.from({ length: 40 }, () => 'x'.repeat(100_000))];
    expect(faultOf(await ask(words))?.what).toContain('it could not be started');
  });

  it.each([
    ['is missing', () => ['no-such-program'], 'there is no such program'],
    [
      'may not be run',
      () => {
        const path = program('true');
        chmodSync(path, 0o644);
        return [path];
      },
      'the program may not be run',
    ],
  ])('is a fault when it %s', async (_what, make, why) => {
    expect(faultOf(await ask(make()))?.what).toContain(why);
  });
});

describe('the systemd credential', () => {
  const credential = (text: string): Record<string, string> => {
    writeFileSync(join(dir, 'TELEGRAM_BOT_TOKEN'), text, { mode: 0o400 });
    return { CREDENTIALS_DIRECTORY: dir };
  };

  it('wins over the command, which does not run then', async () => {
    const found = await ask([program(`echo ${OTHER}`)], credential(`${TOKEN}\n`));
    expect(found).toEqual({ text: TOKEN, source: join(dir, 'TELEGRAM_BOT_TOKEN') });
    expect(runs()).toBe(0);
  });

  it('is no fault when the service has others only', async () => {
    expect(textOf(await ask([program(`echo ${TOKEN}`)], { CREDENTIALS_DIRECTORY: dir }))).toBe(TOKEN);
    expect(await ask([], { CREDENTIALS_DIRECTORY: dir })).toBeNull();
  });

  it.each(['.', ''])(
    'is not looked for in the working directory when its directory is %j',
    async (directory) => {
      credential(`${TOKEN}\n`);
      const before = process.cwd();
      process.chdir(dir);
      try {
        expect(await ask([], { CREDENTIALS_DIRECTORY: directory })).toBeNull();
      } finally {
        process.chdir(before);
      }
    },
  );

  it.each<[string, () => void]>([
    ['something else', () => void credential('hunter2')],
    ['a directory', () => mkdirSync(join(dir, 'TELEGRAM_BOT_TOKEN'))],
    ['an endless device', () => symlinkSync('/dev/zero', join(dir, 'TELEGRAM_BOT_TOKEN'))],
    ['a huge file', () => void credential('x'.repeat(100_000))],
  ])('is a fault when it is %s', async (_what, make) => {
    make();
    const fault = faultOf(await ask([], { CREDENTIALS_DIRECTORY: dir }));
    expect(fault).toMatchObject({ code: 'TOKEN_CREDENTIAL_BAD', exit: 78 });
    expect(JSON.stringify(fault)).not.toContain('hunter2');
  });
});

describe('loading the settings', () => {
  const from = (more: Record<string, string>) => ({
    env: { ...env(), CCBOT_DIR: join(dir, 'state'), ALLOWED_USERS: '1', ...more },
    home: dir,
  });
  const load = (more: Record<string, string>): Promise<Loaded> =>
    loadWithToken(from(more), {}, (request) => readToken(request));
  const codes = (loaded: Loaded): string[] => (loaded.ok ? [] : loaded.faults.map(({ code }) => code));

  it('takes the token of the environment or the settings file first, and runs no command then', async () => {
    const TELEGRAM_BOT_TOKEN_COMMAND = program(`echo ${OTHER}`);
    const loaded = await load({ TELEGRAM_BOT_TOKEN: TOKEN, TELEGRAM_BOT_TOKEN_COMMAND });
    expect(loaded.ok && loaded.config.TELEGRAM_BOT_TOKEN).toBe(TOKEN);
    expect(runs()).toBe(0);
  });

  it('runs the command of the settings file, and reports its fault alone', async () => {
    mkdirSync(join(dir, 'state'));
    const write = (script: string): void =>
      writeFileSync(join(dir, 'state/.env'), `TELEGRAM_BOT_TOKEN_COMMAND='${program(script)} --once'\n`);
    write(`echo ${TOKEN}`);
    const loaded = await load({});
    expect(loaded.ok && [loaded.config.TELEGRAM_BOT_TOKEN, loaded.sources.TELEGRAM_BOT_TOKEN]).toEqual([
      TOKEN,
      'TELEGRAM_BOT_TOKEN_COMMAND',
    ]);
    write('exit 1');
    expect(codes(await load({}))).toEqual(['TOKEN_COMMAND_FAILED']);
  });

  it('does not run the command for a program that does not use the token', () => {
    const options = { needBot: false };
    const loaded = loadConfig(from({ TELEGRAM_BOT_TOKEN_COMMAND: program(`echo ${TOKEN}`) }), options);
    expect([loaded.ok && loaded.config.TELEGRAM_BOT_TOKEN, runs()]).toEqual(['', 0]);
  });

  it('asks the command that the settings name once the one before has answered', async () => {
    const asked: string[] = [];
    mkdirSync(join(dir, 'state'));
    const name = (command: string): void =>
      writeFileSync(join(dir, 'state/.env'), `TELEGRAM_BOT_TOKEN_COMMAND=${command}\n`);
    name('/first');
    const loaded = await loadWithToken(from({}), {}, ({ command: [program = ''] }) => {
      asked.push(program);
      if (program === '/first') name('/second');
      return Promise.resolve({ text: program === '/first' ? TOKEN : OTHER, source: program });
    });
    expect([asked, loaded.ok && loaded.config.TELEGRAM_BOT_TOKEN]).toEqual([['/first', '/second'], OTHER]);
  });

  it('refuses a command in a relative path, and runs nothing', async () => {
    expect(codes(await load({ TELEGRAM_BOT_TOKEN_COMMAND: './give-token' }))).toContain('SETTING_INVALID');
  });
});

describe('the memory of the token', () => {
  it('runs the command once, and again after a failure', async () => {
    const memory = createTokenMemory();
    const request = { env: env(), command: [program('exit 1')], source: 'x' };
    expect(faultOf(await memory.read(request))).not.toBeNull();
    program(`echo ${TOKEN}`);
    for (let times = 0; times < 3; times++) expect(textOf(await memory.read(request))).toBe(TOKEN);
    expect(runs()).toBe(2);
  });

  it('takes a new token when it is refreshed, and keeps the one it has if there is none', async () => {
    const memory = createTokenMemory();
    const request = { env: env(), command: [program(`echo ${TOKEN}`)], source: 'x' };
    await memory.read(request);
    program(`echo ${OTHER}`);
    expect(await memory.refresh(request)).toBeNull();
    expect(textOf(await memory.read(request))).toBe(OTHER);
    program('exit 4');
    expect((await memory.refresh(request))?.what).toContain('it exited with 4');
    expect(textOf(await memory.read(request))).toBe(OTHER);
    expect(runs()).toBe(3);
  });

  it('does not give the token of one command for another one that fails, and runs that once', async () => {
    const memory = createTokenMemory();
    await memory.read({ env: env(), command: [program(`echo ${TOKEN}`)], source: 'x' });
    const other = { env: env(), command: [program('exit 5', 'other')], source: 'x' };
    expect(await memory.refresh(other)).toBeNull();
    expect(faultOf(await memory.read(other))?.what).toContain('it exited with 5');
    expect(runs()).toBe(2);
    expect(faultOf(await memory.read(other))).not.toBeNull();
    expect(runs()).toBe(3);
  });
});
