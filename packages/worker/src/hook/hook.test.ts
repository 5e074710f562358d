import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { buildSync } from 'esbuild';
import { pathsOf } from '@ccbot/shared/config/paths';
import { processChain, sameWindow } from './chain';
import { hookCommand, hookCommandLine, hookStatus, withHooks, withoutHooks } from './install';
import { readMap, type MapEntry } from './map';
import { isNested, type ChainLink, type NestingHints } from './nested';
import { replaceFile } from './replace-file';
import { setEntry } from './write-map';

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'ccbot-hook-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const entry = (session_id: string): MapEntry => ({
  session_id,
  cwd: '/c',
  window_name: 'w',
  backend: 'claude',
  transcript_path: '/t',
  pane: '%1',
  server: '42',
});

describe('whether an agent is nested', () => {
  const chain = (...programs: string[]): ChainLink[] =>
    programs.map((program, i) => ({ pid: 100 - i, program, name: basename(program) }));
  const nowhere: NestingHints = { sameWindow: () => null };

  it('is seen by the same program above it', () => {
    const nested = chain('/usr/bin/dash', '/opt/claude', '/usr/bin/bash', '/opt/claude', '/usr/bin/tmux');
    expect(isNested(nested, nowhere)).toBe(true);
    expect(isNested(chain('/usr/bin/dash', '/opt/claude', '/usr/bin/tmux'), nowhere)).toBe(false);
  });

  it('is seen also when an update put another file under the same name', () => {
    const [hookShell, own, shell, outer] = chain('/bin/sh', '/v/2.1.331', '/bin/bash', '/v/2.1.330');
    const named = [hookShell, { ...own, name: 'claude' }, shell, { ...outer, name: 'claude' }] as ChainLink[];
    expect(isNested(named, nowhere)).toBe(true);
    const scripts = chain('/bin/sh', '/usr/bin/node /opt/agent.js', '/usr/bin/node /opt/wrapper.js').map(
      (link) => ({ ...link, name: 'node' }),
    );
    expect(isNested(scripts, nowhere)).toBe(false);
  });

  it('goes by the process the agent says it is, whatever runs the hook for it', () => {
    const nested = chain('/usr/bin/python3', '/opt/claude', '/bin/bash', '/opt/claude');
    expect(isNested(nested, { ...nowhere, agentPid: 99 })).toBe(true);
    expect(isNested(nested, nowhere)).toBe(false);
  });

  it('is denied for an agent from whose own window this terminal was started', () => {
    const below = chain(
      '/bin/sh',
      '/opt/claude',
      '/usr/bin/node ccbot-worker.js',
      '/bin/bash',
      '/opt/claude',
    );
    expect(isNested(below, { sameWindow: (pid) => pid > 97 })).toBe(false);
    expect(isNested(below, { sameWindow: () => true })).toBe(true);
  });

  it('is denied in doubt', () => {
    expect(isNested([], nowhere)).toBe(false);
    expect(isNested(chain('/usr/bin/bash', '/bin/sh'), nowhere)).toBe(false);
  });

  it('knows a process of the same window by its environment', () => {
    const own = process.env['PATH'];
    expect(sameWindow(process.pid, {})).toBeNull();
    expect(sameWindow(process.pid, { CCBOT_SESSION: 'no such session' })).toBe(false);
    expect(sameWindow(2 ** 30, { CCBOT_SESSION: 'x' })).toBeNull();
    const child = spawn('/bin/sleep', ['60'], { env: { CCBOT_SESSION: 's', TMUX_PANE: '%1', PATH: own } });
    try {
      expect(sameWindow(child.pid ?? 0, { CCBOT_SESSION: 's', TMUX_PANE: '%1' })).toBe(true);
      expect(sameWindow(child.pid ?? 0, { CCBOT_SESSION: 's', TMUX_PANE: '%2' })).toBe(false);
    } finally {
      child.kill();
    }
  });

  it('is read from the real processes above', async () => {
    expect((await processChain(process.pid))[0]?.pid).toBe(process.pid);
    expect(await processChain(2 ** 30)).toEqual([]);
  });
});

describe('session_map.json', () => {
  const path = (): string => join(dir, 'sub', 'session_map.json');

  it('is written whole, for this user only, and only when something changed', () => {
    expect(setEntry(path(), 'ccbot:@1', entry('a'), 0)).toBe(true);
    const before = statSync(path());
    expect(before.mode & 0o777).toBe(0o600);
    expect(setEntry(path(), 'ccbot:@1', entry('a'), 0)).toBe(false);
    expect(statSync(path()).ino).toBe(before.ino);
    expect(setEntry(path(), 'ccbot:@1', entry('b'), 0)).toBe(true);
    expect(readMap(path())).toEqual({ 'ccbot:@1': entry('b') });
    expect(readdirSync(join(dir, 'sub')).filter((f) => f.endsWith('.tmp'))).toEqual([]);
  });

  it('forgets where a session ran before', () => {
    setEntry(path(), 'ccbot:@1', entry('a'), 0);
    setEntry(path(), 'ccbot:@2', { ...entry('a'), pane: '%2' }, 0);
    expect(Object.keys(readMap(path()) ?? {})).toEqual(['ccbot:@2']);
  });

  it('is kept aside when it is damaged, and made anew', () => {
    mkdirSync(join(dir, 'sub'));
    writeFileSync(path(), '{"half');
    setEntry(path(), 'ccbot:@1', entry('a'), 77);
    expect(readMap(path())).toEqual({ 'ccbot:@1': entry('a') });
    expect(readFileSync(`${path()}.broken-77`, 'utf8')).toBe('{"half');
  });
});

describe('a file that is replaced', () => {
  const full = '/dev/full'; // every write to it fails for want of room

  it('keeps its old content, and nothing beside it, when it cannot be written', () => {
    const path = join(dir, 'settings.json');
    writeFileSync(path, 'old');
    symlinkSync(full, `${path}.${process.pid}.tmp`);
    expect(() => replaceFile(path, 'new', 0o600)).toThrow();
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(dir)).toEqual(['settings.json']);
  });
});

describe('installing hooks', () => {
  const command = "'/usr/bin/node' '/opt/ccbot/packages/worker/dist/hook.js'";
  const theirs = {
    hooks: { Stop: [{ matcher: '', hooks: [{ type: 'command', command: 'notify-send done' }] }] },
    model: 'opus',
  };

  it('adds one hook for each event, leaves everything else, and changes nothing the second time', () => {
    const once = withHooks(theirs, command);
    expect(withHooks(once, command)).toEqual(once);
    expect(once['model']).toBe('opus');
    expect(JSON.stringify(once)).toContain('notify-send done');
    expect(Object.values(hookStatus(once, command))).toEqual(['installed', 'installed', 'installed']);
  });

  it('replaces the hook of a ccbot that lay elsewhere', () => {
    const old = withHooks(theirs, '/old/node_modules/.bin/ccbot hook');
    expect(Object.values(hookStatus(old, command))).toEqual(['outdated', 'outdated', 'outdated']);
    expect(withHooks(old, command)).toEqual(withHooks(theirs, command));
  });

  it('removes only its own', () => {
    expect(withoutHooks(withHooks(theirs, command))).toEqual(theirs);
    expect(withoutHooks(withHooks({}, command))).toEqual({});
  });

  it('leaves its hooks in the place that somebody gave them', () => {
    const ours = withHooks({}, command);
    const hooks = ours['hooks'] as Record<string, unknown[]>;
    const moved = { hooks: { ...hooks, Stop: [...(hooks['Stop'] ?? []), ...theirs.hooks.Stop] } };
    expect(withHooks(moved, command)).toEqual(moved);
  });

  it('leaves alone what it does not understand', () => {
    const odd = { hooks: { Stop: 'not a list', Other: [5, null, { hooks: 'x' }] } };
    expect(withoutHooks(odd)).toEqual(odd);
  });

  const run = (action: 'install' | 'uninstall' | 'status') => {
    let out = '';
    let err = '';
    const sink = (take: (s: string) => void) =>
      ({ write: (s: string) => (take(s), true) }) as unknown as NodeJS.WritableStream;
    const code = hookCommand(
      { action, json: true },
      {
        env: { CLAUDE_CONFIG_DIR: dir },
        home: '/nowhere',
        command,
        out: sink((s) => (out += s)),
        err: sink((s) => (err += s)),
      },
    );
    return { code, out, err };
  };
  const settings = (): string => join(dir, 'settings.json');

  it('makes the settings file when there is none, and says which hooks are there', () => {
    expect(run('status').code).toBe(1);
    expect(run('install').code).toBe(0);
    expect(run('status').code).toBe(0);
    expect(JSON.parse(run('install').out)).toMatchObject({ changed: false });
  });

  it('keeps the file’s mode, follows a link, and keeps a copy of what it replaced', () => {
    const real = join(dir, 'real.json');
    writeFileSync(real, JSON.stringify(theirs));
    chmodSync(real, 0o640);
    symlinkSync(real, settings());
    expect(run('install').code).toBe(0);
    expect(statSync(real).mode & 0o777).toBe(0o640);
    expect(readFileSync(real, 'utf8')).toContain('hook.js');
    expect(JSON.parse(readFileSync(`${real}.ccbot-backup`, 'utf8'))).toEqual(theirs);
  });

  it('does not touch a file that does not parse, and says which', () => {
    writeFileSync(settings(), '{"hooks": {');
    const { code, err } = run('install');
    expect(code).toBe(78);
    expect(err).toContain(settings());
    expect(readFileSync(settings(), 'utf8')).toBe('{"hooks": {');
  });

  it.each(['{"hooks": []}', '{"hooks": {"Stop": "mine"}}', '{"hooks": null}'])(
    'does not throw away what stands where hooks belong: %s',
    (text) => {
      writeFileSync(settings(), text);
      const { code, err } = run('install');
      expect(code).toBe(78);
      expect(err).toContain('hooks');
      expect(readFileSync(settings(), 'utf8')).toBe(text);
    },
  );

  it('keeps a mode that the umask would take away', () => {
    writeFileSync(settings(), '{}');
    chmodSync(settings(), 0o666);
    expect(run('install').code).toBe(0);
    expect(statSync(settings()).mode & 0o777).toBe(0o666);
  });

  it('quotes paths for the shell', () => {
    expect(hookCommandLine('/a b/node', "/it's/packages/worker/dist/hook.js")).toBe(
      "'/a b/node' '/it'\\''s/packages/worker/dist/hook.js'",
    );
  });
});

describe('the hook as a program', () => {
  let bundle: string;
  beforeAll(() => {
    bundle = join(mkdtempSync(join(tmpdir(), 'ccbot-hook-bundle-')), 'hook.js');
    buildSync({
      entryPoints: [join(__dirname, 'main.ts')],
      outfile: bundle,
      bundle: true,
      platform: 'node',
      external: ['fs-ext'],
      logLevel: 'error',
    });
    const source = readFileSync(bundle, 'utf8').replaceAll(
      'require("fs-ext")',
      `require(${JSON.stringify(require.resolve('fs-ext'))})`,
    );
    writeFileSync(bundle, source);
  });
  afterAll(() => rmSync(join(bundle, '..'), { recursive: true, force: true }));
  const env = (more: Record<string, string> = {}): Record<string, string> => ({
    PATH: '/usr/bin:/bin',
    HOME: dir,
    CCBOT_DIR: join(dir, 'state'),
    ...more,
  });
  const start = {
    hook_event_name: 'SessionStart',
    session_id: 'abc',
    cwd: '/c',
    transcript_path: '/t.jsonl',
  };

  it.each([
    ['nothing', ''],
    ['garbage', '\u0000\u0001{{{'],
    ['half a payload', JSON.stringify(start).slice(0, 30)],
    ['another kind of JSON', '[1,2,3]'],
    ['null', 'null'],
  ])('prints nothing and exits 0 when it is given %s', (_, input) => {
    const done = spawnSync(process.execPath, [bundle], { env: env(), input, encoding: 'utf8' });
    expect([done.status, done.stdout, done.stderr]).toEqual([0, '', '']);
  });

  it('prints nothing and exits 0 with its standard input closed, and with a directory it may not write to', () => {
    const closed = spawnSync('/bin/sh', ['-c', `"${process.execPath}" "${bundle}" <&-`], {
      env: env(),
      encoding: 'utf8',
    });
    expect([closed.status, closed.stdout, closed.stderr]).toEqual([0, '', '']);
    writeFileSync(join(dir, 'file'), '');
    const bad = spawnSync(process.execPath, [bundle], {
      env: env({ CCBOT_DIR: join(dir, 'file', 'x'), TMUX: '/x,1,0', TMUX_PANE: '%1' }),
      input: JSON.stringify(start),
      encoding: 'utf8',
    });
    expect([bad.status, bad.stdout, bad.stderr]).toEqual([0, '', '']);
  });

  it('reads a payload that is far too long to its end, and a pipe that does not wait', async () => {
    const huge = spawn('/bin/sh', ['-c', `head -c 100000000 /dev/zero | "${process.execPath}" "${bundle}"`], {
      env: env(),
    });
    const codes = [new Promise((resolve) => huge.on('exit', resolve))];
    // A pipe in which nothing comes for a while, and whose reader does not wait: Node's own standard output is one.
    const late = spawn(
      '/bin/sh',
      ['-c', `{ sleep 0.1; printf '%s' "$0"; } | "${process.execPath}" "${bundle}"`, JSON.stringify(start)],
      { env: env() },
    );
    codes.push(new Promise((resolve) => late.on('exit', resolve)));
    expect(await Promise.all(codes)).toEqual([0, 0]);
  });

  it('tells the worker at once', async () => {
    const { workerSocket } = pathsOf(join(dir, 'state'));
    mkdirSync(join(workerSocket, '..'), { recursive: true });
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(workerSocket, resolve));
    const told = new Promise<string>((resolve) =>
      server.on('connection', (socket) => {
        let text = '';
        socket.on('data', (d: Buffer) => (text += d.toString()));
        socket.on('end', () => resolve(text));
      }),
    );
    const child = spawn(process.execPath, [bundle], {
      env: env({ CCBOT_SESSION: 'mine' }),
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    child.stdin.end(JSON.stringify(start));
    expect(JSON.parse(await told)).toMatchObject({
      v: 1,
      kind: 'hook',
      ccbotSession: 'mine',
      backend: 'claude',
      payload: start,
    });
    await new Promise((resolve) => server.close(resolve));
  });

  it('notes the window of a real tmux, and asks for it only once', () => {
    const socket = `ccbot-hook-${process.pid}`;
    const tmux = (...args: string[]): string =>
      spawnSync('tmux', ['-L', socket, ...args], {
        encoding: 'utf8',
        env: { PATH: '/usr/bin:/bin' },
      }).stdout.trim();
    try {
      tmux('-f', '/dev/null', 'new-session', '-d', '-s', 'ccbot', '-n', 'one', 'sleep 60');
      const [pane = '', where = ''] = tmux(
        'display-message',
        '-p',
        '-t',
        'ccbot:',
        '#{pane_id} #{socket_path},#{pid},0',
      ).split(' ');
      const run = (session_id: string, path = '/usr/bin:/bin'): void => {
        spawnSync(process.execPath, [bundle], {
          env: env({ TMUX: where, TMUX_PANE: pane, PATH: path }),
          input: JSON.stringify({ ...start, session_id }),
        });
      };
      const map = (): Record<string, MapEntry> =>
        JSON.parse(readFileSync(join(dir, 'state', 'session_map.json'), 'utf8')) as Record<string, MapEntry>;
      run('first');
      expect(map()).toMatchObject({
        'ccbot:@0': { session_id: 'first', window_name: 'one', transcript_path: '/t.jsonl' },
      });
      run('second', '/nowhere'); // no tmux to ask: the map knows the pane
      expect(map()['ccbot:@0']?.session_id).toBe('second');
    } finally {
      tmux('kill-server');
    }
    expect(existsSync(join(dir, 'state', 'session_map.json'))).toBe(true);
  });
});
