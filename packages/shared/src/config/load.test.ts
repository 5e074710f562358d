import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { loadConfig, type Loaded, type LoadOptions } from './load';
import { tokenLockPaths } from '../lock/token-paths';
import { ensureDirectories, pathsOf } from './paths';
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
  loadConfig({ home, env }, options);
const good = { TELEGRAM_BOT_TOKEN: TOKEN, ALLOWED_USERS: '1' };
const codes = (loaded: Loaded): string[] => (loaded.ok ? [] : loaded.faults.map(({ code }) => code));

/** The settings file that is read unless the test names another one. */
const envFile = (): string => join(home, '.ccbot/.env');

describe('where a setting comes from', () => {
  it('prefers the environment, then $CCBOT_DIR/.env, then the default', () => {
    write(envFile(), 'CCBOT_HOST=c\nTMUX_SESSION_NAME=c\n');
    const loaded = load({ ...good, CCBOT_HOST: 'a' });
    if (!loaded.ok) throw new Error('must load');
    const { CCBOT_HOST, TMUX_SESSION_NAME, CODEX_COMMAND } = loaded.config;
    expect([CCBOT_HOST, TMUX_SESSION_NAME, CODEX_COMMAND]).toEqual(['a', 'c', ['codex']]);
    expect(loaded.sources).toMatchObject({
      CCBOT_HOST: 'the environment',
      TMUX_SESSION_NAME: envFile(),
      CODEX_COMMAND: 'default',
      CCBOT_DIR: 'default',
    });
  });

  it('never reads .env in the working directory', () => {
    write(join(cwd, '.env'), 'CCBOT_HOST=evil\nCCBOT_DIR=/evil\nALLOWED_USERS=666\n');
    const before = process.cwd();
    process.chdir(cwd);
    try {
      const loaded = load(good);
      expect(loaded.ok && [loaded.config.CCBOT_HOST, loaded.config.ALLOWED_USERS]).toEqual(['', [1]]);
      expect([loaded.paths.dir, loaded.files]).toEqual([join(home, '.ccbot'), []]);
    } finally {
      process.chdir(before);
    }
  });

  it('treats an empty value as not set, and understands quotes, comments, export and CRLF', () => {
    write(envFile(), `export TELEGRAM_BOT_TOKEN="${TOKEN}"\r\nALLOWED_USERS='1, 2,'# me\r\nCCBOT_HOST=\r\n`);
    const loaded = load({ CCBOT_HOST: '', ALLOWED_USERS: ' ', CCBOT_ENV_FILE: ' ', CCBOT_DIR: '' });
    expect(loaded.ok && loaded.config).toMatchObject({ ALLOWED_USERS: [1, 2], TELEGRAM_BOT_TOKEN: TOKEN });
  });

  it('expands ~ in CCBOT_DIR', () => {
    mkdirSync(join(home, 'elsewhere'));
    write(join(home, 'elsewhere/.env'), `TELEGRAM_BOT_TOKEN=${TOKEN}\nALLOWED_USERS=7\n`);
    const loaded = load({ CCBOT_DIR: '~/elsewhere' });
    expect(loaded.paths.dir).toBe(join(home, 'elsewhere'));
    expect(loaded.ok && loaded.config.ALLOWED_USERS).toEqual([7]);
  });

  it('does not let $CCBOT_DIR/.env move CCBOT_DIR, or name another settings file', () => {
    write(envFile(), `CCBOT_DIR=/somewhere/else\nCCBOT_ENV_FILE=${join(cwd, '.env')}\n`);
    write(join(cwd, '.env'), 'CCBOT_HOST=evil\n');
    const loaded = load(good);
    expect(loaded.ok && loaded.config).toMatchObject({
      CCBOT_DIR: join(home, '.ccbot'),
      CCBOT_ENV_FILE: '',
      CCBOT_HOST: '',
    });
  });
});

describe('the file of --env-file', () => {
  const named = (): string => join(root, 'named.env');
  const loadNamed = (env: Record<string, string> = {}, options?: LoadOptions): Loaded =>
    load({ CCBOT_ENV_FILE: named(), ...env }, options);

  it('takes the place of $CCBOT_DIR/.env, and may say where CCBOT_DIR is', () => {
    write(envFile(), 'CCBOT_HOST=usual\nLOG_LEVEL=debug\n');
    write(named(), `TELEGRAM_BOT_TOKEN=${TOKEN}\nALLOWED_USERS=3\nCCBOT_HOST=named\nCCBOT_DIR=~/state\n`);
    const loaded = loadNamed();
    expect(loaded.ok && loaded.config).toMatchObject({
      CCBOT_HOST: 'named',
      LOG_LEVEL: 'info',
      ALLOWED_USERS: [3],
      CCBOT_DIR: join(home, 'state'),
      CCBOT_ENV_FILE: named(),
    });
    expect([loaded.paths.env, loaded.paths.db]).toEqual([named(), join(home, 'state/ccbot.db')]);
    expect(loaded.ok && loaded.sources.CCBOT_DIR).toBe(named());
  });

  it('loses to the environment', () => {
    write(named(), 'CCBOT_HOST=file\nCCBOT_DIR=~/file\n');
    const loaded = loadNamed({ ...good, CCBOT_HOST: 'environment', CCBOT_DIR: '~/environment' });
    expect(loaded.ok && loaded.config.CCBOT_HOST).toBe('environment');
    expect(loaded.paths.dir).toBe(join(home, 'environment'));
  });

  it('must exist, except for the command that creates it', () => {
    write(envFile(), `TELEGRAM_BOT_TOKEN=${TOKEN}\nALLOWED_USERS=1\n`);
    const loaded = loadNamed(good);
    expect(codes(loaded)).toEqual(['ENV_FILE_MISSING']);
    expect(JSON.stringify(loaded)).toContain(named());
    expect(loaded).toMatchObject({ isPlaced: false });
    expect(loadNamed({ ...good, CCBOT_DIR: home })).toMatchObject({ ok: false, isPlaced: true });
    expect(loadNamed(good, { createsFile: true })).toMatchObject({ ok: true, paths: { env: named() } });
  });

  it.each(['named.env', './named.env', '../named.env'])(
    'is refused as %s in the environment, which would mean another file in every directory',
    (path) => {
      expect(codes(load({ ...good, CCBOT_ENV_FILE: path }))).toEqual(['SETTING_INVALID']);
    },
  );
});

describe('what would depend on the working directory', () => {
  it.each([
    ['CCBOT_DIR', 'here'],
    ['CCBOT_DIR', './here'],
    ['CCBOT_DIR', '..'],
    ['CLAUDE_COMMAND', './evil.sh'],
    ['CLAUDE_COMMAND', '../evil.sh --x'],
    ['CODEX_COMMAND', '"bin/codex" --x'],
    ['CODEX_COMMAND', '~/bin/codex'],
    ['CCBOT_NAME_COMMAND', 'scripts/name'],
    ['WHISPER_BIN', './whisper-cli'],
    ['WHISPER_MODEL_PATH', 'model.bin'],
    ['CCBOT_SEND_ROOTS', 'shared'],
  ])('is refused: %s=%s', (key, value) => {
    expect(codes(load({ ...good, [key]: value }))).toEqual(['SETTING_INVALID']);
    write(envFile(), `${key}='${value}'\n`);
    // In its own directory's file, CCBOT_DIR has no effect.
    if (key !== 'CCBOT_DIR') expect(codes(load(good))).toEqual(['SETTING_INVALID']);
  });

  it('says of a relative CCBOT_DIR that no directory is known, and reads no file there', () => {
    mkdirSync(join(cwd, 'here'));
    write(join(cwd, 'here/.env'), 'LOG_LEVEL=nonsense\n');
    const loaded = load({ ...good, CCBOT_DIR: 'here' });
    expect(loaded).toMatchObject({ ok: false, isPlaced: false, files: [] });
    expect(codes(loaded)).toEqual(['SETTING_INVALID']);
  });

  it.each([
    ['CLAUDE_COMMAND', 'claude', ['claude']],
    ['CLAUDE_COMMAND', '/opt/bin/claude --model x', ['/opt/bin/claude', '--model', 'x']],
    ['CLAUDE_FLAGS', '--settings ./extra.json', ['--settings', './extra.json']],
    ['WHISPER_BIN', 'whisper-cli', 'whisper-cli'],
    ['WHISPER_MODEL_PATH', '~/models/base.bin', '~/models/base.bin'],
  ] as const)('is not %s=%s', (key, value, read) => {
    const loaded = load({ ...good, [key]: value });
    expect(loaded.ok && loaded.config[key]).toEqual(read);
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
      const path = envFile();
      write(path, `TELEGRAM_BOT_TOKEN=${TOKEN}\nALLOWED_USERS=1\n`);
      chmodSync(path, mode);
      const loaded = load();
      // What is missing may be in that file: nothing else is a fault.
      expect(codes(loaded)).toEqual(['ENV_EXPOSED']);
      expect(JSON.stringify(loaded)).toContain(`chmod 600 ${path}`);
      expect(JSON.stringify(loaded)).not.toContain(TOKEN);
    },
  );

  it('do not include a .env without a token that others can read', () => {
    write(envFile(), 'CCBOT_HOST=box\n');
    chmodSync(envFile(), 0o644);
    expect(load(good).ok).toBe(true);
  });

  it.each([0o620, 0o602, 0o666])('include a .env of mode %i, which others can change', (mode) => {
    write(envFile(), 'CCBOT_HOST=box\n');
    chmodSync(envFile(), mode);
    expect(codes(load(good))).toEqual(['ENV_WRITABLE']);
  });

  it.each<[string, (path: string) => void]>([
    ['a directory', (path) => mkdirSync(path)],
    ['a link to itself', (path) => symlinkSync(path, path)],
    ['a huge file', (path) => write(path, 'x'.repeat(1_000_001))],
    ['a pipe that nobody writes to', (path) => execFileSync('mkfifo', ['-m', '600', path])],
    ['a link to a device', (path) => symlinkSync('/dev/zero', path)],
  ])('include a .env that is %s', (_what, make) => {
    make(envFile());
    expect(codes(load(good))).toEqual(['ENV_UNREADABLE']);
  });

  it('never throw, even for a .env of random bytes', () => {
    write(envFile(), String.fromCharCode(...Array.from({ length: 5_000 }, (_, i) => (i * 7919) % 256)));
    expect(load(good).ok).toBe(true);
  });
});

describe('paths', () => {
  it('keep the sockets in CCBOT_DIR, however long it is', () => {
    const long = join('/', 'd'.repeat(250));
    const { workerSocket, supervisorSocket } = pathsOf(long);
    expect(workerSocket).toBe(join(long, 'run/worker.sock'));
    expect(supervisorSocket).toBe(join(long, 'run/supervisor.sock'));
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

  it('name the token’s locks by token and server without revealing the token', () => {
    const locksOf = (token: string, apiRoot: string) =>
      tokenLockPaths({ tokenLocks: '/home/x/.local/state/ccbot' }, { token, apiRoot });
    const locks = locksOf(TOKEN, 'https://api.telegram.org');
    expect(locks.own).toMatch(/^\/home\/x\/\.local\/state\/ccbot\/token-[0-9a-f]{24}\.lock$/);
    expect(basename(locks.shared)).toBe(basename(locks.own));
    expect(locksOf(TOKEN, 'https://api.telegram.org')).toEqual(locks);
    expect(locksOf(TOKEN, 'http://127.0.0.1:1').own).not.toBe(locks.own);
    expect(locksOf(`${TOKEN}x`, 'https://api.telegram.org').own).not.toBe(locks.own);
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
