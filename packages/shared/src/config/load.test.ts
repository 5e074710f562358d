import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig, type Loaded, type LoadOptions } from './load';
import { ensureDirectories, pathsOf, runtimeDirectory, tokenLockPath } from './paths';
import { splitWords } from './split-words';

const TOKEN = '123456789:AAFabcdefghijklmnopqrstuvwxyz012345';
let root: string;
let home: string;
let cwd: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ccbot-config-'));
  home = join(root, 'home');
  cwd = join(root, 'work');
  mkdirSync(join(home, '.ccbot'), { recursive: true });
  mkdirSync(cwd);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const write = (path: string, text: string, mode = 0o600): void => writeFileSync(path, text, { mode });
const load = (env: Record<string, string> = {}, options?: LoadOptions): Loaded =>
  loadConfig({ cwd, home, env }, options);
const good = { TELEGRAM_BOT_TOKEN: TOKEN, ALLOWED_USERS: '1' };
const codes = (loaded: Loaded): string[] => (loaded.ok ? [] : loaded.faults.map(({ code }) => code));

describe('where a setting comes from', () => {
  it('prefers the environment, then ./.env, then $CCBOT_DIR/.env, then the default', () => {
    write(join(home, '.ccbot/.env'), 'CCBOT_HOST=c\nTMUX_SESSION_NAME=c\nCLAUDE_COMMAND=c\n');
    write(join(cwd, '.env'), 'CCBOT_HOST=b\nTMUX_SESSION_NAME=b\n');
    const loaded = load({ ...good, CCBOT_HOST: 'a' });
    if (!loaded.ok) throw new Error('must load');
    const { CCBOT_HOST, TMUX_SESSION_NAME, CLAUDE_COMMAND, CODEX_COMMAND } = loaded.config;
    expect([CCBOT_HOST, TMUX_SESSION_NAME, CLAUDE_COMMAND, CODEX_COMMAND]).toEqual([
      'a',
      'b',
      ['c'],
      ['codex'],
    ]);
    expect(loaded.sources).toMatchObject({
      CCBOT_HOST: 'the environment',
      TMUX_SESSION_NAME: join(cwd, '.env'),
      CLAUDE_COMMAND: join(home, '.ccbot/.env'),
      CODEX_COMMAND: 'default',
    });
  });

  it('treats an empty value as not set, and understands quotes, comments, export and CRLF', () => {
    write(
      join(cwd, '.env'),
      `export TELEGRAM_BOT_TOKEN="${TOKEN}"\r\nALLOWED_USERS='1, 2,'# me\r\nCCBOT_HOST=\r\n`,
    );
    const loaded = load({ CCBOT_HOST: '', ALLOWED_USERS: ' ' });
    expect(loaded.ok && loaded.config).toMatchObject({ ALLOWED_USERS: [1, 2], TELEGRAM_BOT_TOKEN: TOKEN });
  });

  it('finds CCBOT_DIR in ./.env, expands ~, and makes a relative path absolute', () => {
    write(join(cwd, '.env'), 'CCBOT_DIR=~/elsewhere\n');
    mkdirSync(join(home, 'elsewhere'));
    write(join(home, 'elsewhere/.env'), `TELEGRAM_BOT_TOKEN=${TOKEN}\nALLOWED_USERS=7\n`);
    const loaded = load();
    expect(loaded.paths.dir).toBe(join(home, 'elsewhere'));
    expect(loaded.ok && loaded.config.ALLOWED_USERS).toEqual([7]);
    expect(load({ ...good, CCBOT_DIR: 'here/' }).paths.dir).toBe(join(cwd, 'here'));
  });

  it('does not let $CCBOT_DIR/.env move CCBOT_DIR', () => {
    write(join(home, '.ccbot/.env'), 'CCBOT_DIR=/somewhere/else\n');
    const loaded = load(good);
    expect(loaded.ok && loaded.config.CCBOT_DIR).toBe(join(home, '.ccbot'));
  });
});

describe('invalid settings', () => {
  it('are all reported together, without the token', () => {
    const bad = '123:short-but-secret';
    const loaded = load({
      TELEGRAM_BOT_TOKEN: bad,
      ALLOWED_USERS: '12,@me',
      CARD_EDIT_LAG: 'soon',
      LOG_LEVEL: 'loud',
      TELEGRAM_API_ROOT: 'ftp://x',
      TG_PROXY_URL: 'pass:word@nowhere',
      CLAUDE_FLAGS: "--x 'open",
      TMUX_SESSION_NAME: 'a:b',
    });
    expect(codes(loaded)).toEqual(Array.from({ length: 8 }, () => 'SETTING_INVALID'));
    const text = JSON.stringify(loaded);
    expect(text).toContain('“@me” is not a numeric id');
    expect(text).not.toContain(bad);
    expect(text).not.toContain('pass:word');
    expect(loaded.ok || loaded.faults.every(({ exit }) => exit === 78)).toBe(true);
  });

  it.each(['0', '-1', '1.5', 'me', '99999999999999999999'])('include %s in ALLOWED_USERS', (id) => {
    expect(codes(load({ ...good, ALLOWED_USERS: id }))).toEqual(['SETTING_INVALID']);
  });

  it('include a missing token or missing users only if a bot is needed', () => {
    expect(codes(load())).toEqual(['TOKEN_MISSING', 'USERS_MISSING']);
    expect(codes(load({}, { needBot: false }))).toEqual([]);
  });

  it.each([0o644, 0o640, 0o604])(
    'include a .env of mode %i with the token in it, with the advice to run chmod 600',
    (mode) => {
      const path = join(cwd, '.env');
      write(path, `TELEGRAM_BOT_TOKEN=${TOKEN}\nALLOWED_USERS=1\n`);
      chmodSync(path, mode);
      const loaded = load();
      expect(codes(loaded)).toContain('ENV_EXPOSED');
      expect(JSON.stringify(loaded)).toContain(`chmod 600 ${path}`);
      expect(JSON.stringify(loaded)).not.toContain(TOKEN);
    },
  );

  it('do not include a .env without a token that others can read', () => {
    write(join(cwd, '.env'), 'CCBOT_HOST=box\n');
    chmodSync(join(cwd, '.env'), 0o644);
    expect(load(good).ok).toBe(true);
  });

  it.each<[string, (path: string) => void]>([
    ['a directory', (path) => mkdirSync(path)],
    ['a link to itself', (path) => symlinkSync(path, path)],
    ['a huge file', (path) => write(path, 'x'.repeat(1_000_001))],
  ])('include a .env that is %s', (_what, make) => {
    make(join(cwd, '.env'));
    expect(codes(load(good))).toEqual(['ENV_UNREADABLE']);
  });

  it('never throw, even for a .env of random bytes', () => {
    write(
      join(cwd, '.env'),
      String.fromCharCode(...Array.from({ length: 5_000 }, (_, i) => (i * 7919) % 256)),
    );
    expect(load(good).ok).toBe(true);
  });
});

describe('paths', () => {
  it('move the sockets to a short directory when they would be too long for the kernel', () => {
    const long = join('/', 'd'.repeat(90));
    const { workerSocket, supervisorSocket, lock } = pathsOf(long);
    expect(lock).toBe(join(long, 'ccbot.lock'));
    for (const path of [workerSocket, supervisorSocket]) {
      expect(Buffer.byteLength(path)).toBeLessThanOrEqual(100);
      expect(path.startsWith(runtimeDirectory())).toBe(true);
    }
    expect(pathsOf(long).workerSocket).toBe(workerSocket);
    expect(pathsOf(`${long}2`).workerSocket).not.toBe(workerSocket);
  });

  it('are private directories, even if they existed with other modes', () => {
    const dir = join(root, 'state');
    mkdirSync(dir, { mode: 0o755 });
    const paths = pathsOf(dir);
    expect(ensureDirectories(paths)).toBeNull();
    for (const path of [paths.dir, paths.logs, paths.run]) expect(statSync(path).mode & 0o777).toBe(0o700);
  });

  it('are named in the fault if CCBOT_DIR cannot be created', () => {
    const file = join(root, 'file');
    write(file, '');
    expect(ensureDirectories(pathsOf(join(file, 'dir')))).toMatchObject({ code: 'DIR_UNWRITABLE', exit: 78 });
  });

  it('name the token’s lock by token and server without revealing the token', () => {
    const lock = tokenLockPath(TOKEN, 'https://api.telegram.org');
    expect(lock).not.toContain('AAF');
    expect(tokenLockPath(TOKEN, 'https://api.telegram.org')).toBe(lock);
    expect(tokenLockPath(TOKEN, 'http://127.0.0.1:1')).not.toBe(lock);
    expect(tokenLockPath(`${TOKEN}x`, 'https://api.telegram.org')).not.toBe(lock);
  });
});

it.each([
  ['', []],
  ['a  b', ['a', 'b']],
  [`a "b c" 'd "e' f\\ g`, ['a', 'b c', 'd "e', 'f g']],
  [`"" x"y"'z' "a\\"b" '\\n'`, ['', 'xyz', 'a"b', '\\n']],
])('splits the command %j as a shell would', (line, words) => {
  expect(splitWords(line)).toEqual(words);
});
