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
import { loadConfig, type Loaded, type LoadOptions } from './load';
import { createTokenMemory, readToken, readTokenMeanwhile, type FoundToken } from './token';

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
const ask = (command: string[], more: Record<string, string> = {}, limitS?: number): FoundToken =>
  readToken({ env: { ...env(), ...more }, command, source: '/x/.env' }, limitS);
const textOf = (found: FoundToken): string | null => (found !== null && 'text' in found ? found.text : null);
const faultOf = (found: FoundToken) => (found !== null && 'fault' in found ? found.fault : null);

describe('the command that prints the token', () => {
  it('is found on the PATH, and only its first line counts', () => {
    program(`printf '%s\\r\\nsecond line\\n' ${TOKEN}`);
    expect(ask(['give-token'])).toEqual({ text: TOKEN, source: 'TELEGRAM_BOT_TOKEN_COMMAND' });
  });

  it('runs without a shell, without input, and in the root directory', () => {
    const path = program(`printf '%s|' "$1" "$(pwd)" "$(cat)" > ${join(dir, 'seen')}; echo ${TOKEN}`);
    expect(textOf(ask([path, '$(touch /tmp/x); *']))).toBe(TOKEN);
    expect(readFileSync(join(dir, 'seen'), 'utf8')).toBe('$(touch /tmp/x); *|/||');
  });

  it('is not taken from the working directory', () => {
    program(`echo ${TOKEN}`, 'only-here');
    const found = readToken({ env: { PATH: `:.:${dir}/none` }, command: ['only-here'], source: 'x' });
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
  ])('is a fault that repeats nothing secret when it %s', (_what, script, why) => {
    const fault = faultOf(ask([program(script), '--password=secret-argument'], {}, 1));
    expect(fault).toMatchObject({ code: 'TOKEN_COMMAND_FAILED', exit: 78 });
    expect(fault?.what).toContain(why);
    expect(JSON.stringify(fault)).not.toMatch(/secret-|AAF/);
  });

  it.each([
    ['prints the token', `printf '%s|%s\n' ${TOKEN} "$(pwd)$(cat)" | tr '|' '\n'`, null],
    ['exits with an error', 'echo secret-output; exit 3', 'it exited with 3'],
    ['prints without end', 'yes secret-output', 'it printed more than 64 kB'],
    ['takes too long', 'exec sleep 30', 'it took longer than 1 seconds'],
    ['leaves its output open', `echo ${TOKEN}; sleep 3 &`, 'it took longer than 1 seconds'],
  ])(
    'gives the same to a program that does other things meanwhile when it %s',
    async (_what, script, why) => {
      let ticks = 0;
      const timer = setInterval(() => ticks++, 1);
      const request = { env: env(), command: [program(script)], source: '/x/.env' };
      const found = await readTokenMeanwhile(request, 1);
      clearInterval(timer);
      expect(ticks).toBeGreaterThan(0);
      expect(textOf(found)).toBe(why === null ? TOKEN : null);
      expect(faultOf(found)?.what ?? '').toContain(why ?? '');
      expect(JSON.stringify(faultOf(found))).not.toMatch(/secret-|AAF/);
    },
  );

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
  ])('is a fault when it %s', (_what, make, why) => {
    expect(faultOf(ask(make()))?.what).toContain(why);
  });
});

describe('the systemd credential', () => {
  const credential = (text: string): Record<string, string> => {
    writeFileSync(join(dir, 'TELEGRAM_BOT_TOKEN'), text, { mode: 0o400 });
    return { CREDENTIALS_DIRECTORY: dir };
  };

  it('wins over the command, which does not run then', () => {
    const found = ask([program(`echo ${OTHER}`)], credential(`${TOKEN}\n`));
    expect(found).toEqual({ text: TOKEN, source: join(dir, 'TELEGRAM_BOT_TOKEN') });
    expect(runs()).toBe(0);
  });

  it('is no fault when the service has others only', () => {
    expect(textOf(ask([program(`echo ${TOKEN}`)], { CREDENTIALS_DIRECTORY: dir }))).toBe(TOKEN);
    expect(ask([], { CREDENTIALS_DIRECTORY: dir })).toBeNull();
  });

  it.each(['.', ''])('is not looked for in the working directory when its directory is %j', (directory) => {
    credential(`${TOKEN}\n`);
    const before = process.cwd();
    process.chdir(dir);
    try {
      expect(ask([], { CREDENTIALS_DIRECTORY: directory })).toBeNull();
    } finally {
      process.chdir(before);
    }
  });

  it.each<[string, () => void]>([
    ['something else', () => void credential('hunter2')],
    ['a directory', () => mkdirSync(join(dir, 'TELEGRAM_BOT_TOKEN'))],
    ['an endless device', () => symlinkSync('/dev/zero', join(dir, 'TELEGRAM_BOT_TOKEN'))],
    ['a huge file', () => void credential('x'.repeat(100_000))],
  ])('is a fault when it is %s', (_what, make) => {
    make();
    const fault = faultOf(ask([], { CREDENTIALS_DIRECTORY: dir }));
    expect(fault).toMatchObject({ code: 'TOKEN_CREDENTIAL_BAD', exit: 78 });
    expect(JSON.stringify(fault)).not.toContain('hunter2');
  });
});

describe('loading the settings', () => {
  const load = (more: Record<string, string>, options: LoadOptions = { readToken }): Loaded =>
    loadConfig(
      { env: { ...env(), CCBOT_DIR: join(dir, 'state'), ALLOWED_USERS: '1', ...more }, home: dir },
      options,
    );
  const codes = (loaded: Loaded): string[] => (loaded.ok ? [] : loaded.faults.map(({ code }) => code));

  it('takes the token of the environment or the settings file first, and runs no command then', () => {
    const TELEGRAM_BOT_TOKEN_COMMAND = program(`echo ${OTHER}`);
    const loaded = load({ TELEGRAM_BOT_TOKEN: TOKEN, TELEGRAM_BOT_TOKEN_COMMAND });
    expect(loaded.ok && loaded.config.TELEGRAM_BOT_TOKEN).toBe(TOKEN);
    expect(runs()).toBe(0);
  });

  it('runs the command of the settings file, and reports its fault alone', () => {
    mkdirSync(join(dir, 'state'));
    const write = (script: string): void =>
      writeFileSync(join(dir, 'state/.env'), `TELEGRAM_BOT_TOKEN_COMMAND='${program(script)} --once'\n`);
    write(`echo ${TOKEN}`);
    const loaded = load({});
    expect(loaded.ok && [loaded.config.TELEGRAM_BOT_TOKEN, loaded.sources.TELEGRAM_BOT_TOKEN]).toEqual([
      TOKEN,
      'TELEGRAM_BOT_TOKEN_COMMAND',
    ]);
    write('exit 1');
    expect(codes(load({}))).toEqual(['TOKEN_COMMAND_FAILED']);
  });

  it('does not run the command for a program that does not use the token', () => {
    const loaded = load({ TELEGRAM_BOT_TOKEN_COMMAND: program(`echo ${TOKEN}`) }, { needBot: false });
    expect([loaded.ok && loaded.config.TELEGRAM_BOT_TOKEN, runs()]).toEqual(['', 0]);
  });

  it('refuses a command in a relative path, and runs nothing', () => {
    expect(codes(load({ TELEGRAM_BOT_TOKEN_COMMAND: './give-token' }))).toContain('SETTING_INVALID');
  });
});

describe('the memory of the token', () => {
  it('runs the command once, and again after a failure', () => {
    const memory = createTokenMemory();
    const request = { env: env(), command: [program('exit 1')], source: 'x' };
    expect(faultOf(memory.read(request))).not.toBeNull();
    program(`echo ${TOKEN}`);
    for (let times = 0; times < 3; times++) expect(textOf(memory.read(request))).toBe(TOKEN);
    expect(runs()).toBe(2);
  });

  it('takes a new token when it is refreshed, and keeps the one it has if there is none', async () => {
    const memory = createTokenMemory();
    const request = { env: env(), command: [program(`echo ${TOKEN}`)], source: 'x' };
    memory.read(request);
    program(`echo ${OTHER}`);
    expect(await memory.refresh(request)).toBeNull();
    expect(textOf(memory.read(request))).toBe(OTHER);
    program('exit 4');
    expect((await memory.refresh(request))?.what).toContain('it exited with 4');
    expect(textOf(memory.read(request))).toBe(OTHER);
    expect(runs()).toBe(3);
  });

  it('does not give the token of one command for another one that fails, and runs that once', async () => {
    const memory = createTokenMemory();
    memory.read({ env: env(), command: [program(`echo ${TOKEN}`)], source: 'x' });
    const other = { env: env(), command: [program('exit 5', 'other')], source: 'x' };
    expect(await memory.refresh(other)).toBeNull();
    expect(faultOf(memory.read(other))?.what).toContain('it exited with 5');
    expect(runs()).toBe(2);
    expect(faultOf(memory.read(other))).not.toBeNull();
    expect(runs()).toBe(3);
  });
});
