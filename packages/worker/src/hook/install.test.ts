import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathsOf } from '@ccbot/shared/config/paths';
import { hookCommandFor, hookCommandLine, hookStatus, withHooks, withoutHooks } from './entries';
import { hookCommand } from './install';

interface Run {
  agent?: string;
  denyRules?: boolean;
  home?: string;
  env?: Record<string, string>;
}

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'ccbot-hook-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('installing hooks', () => {
  const clone = mkdtempSync(join(tmpdir(), 'ccbot-clone-'));
  /** The command line of a program of ccbot that is there. */
  const lineOf = (bundle: string): string => {
    const path = join(clone, 'worker/dist', bundle);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '');
    return hookCommandLine(process.execPath, path);
  };
  const line = lineOf('hook.js');
  const statusLine = lineOf('statusline.js');
  afterAll(() => rmSync(clone, { recursive: true }));
  const command = hookCommandFor(line, 'some-agent');
  const events = { SessionStart: 10, UserPromptSubmit: 10, Stop: 10 };
  const theirs = {
    hooks: { Stop: [{ matcher: '', hooks: [{ type: 'command', command: 'notify-send done' }] }] },
    model: 'opus',
  };

  it('adds one hook for each event, leaves everything else, and changes nothing the second time', () => {
    const once = withHooks(theirs, command, events);
    expect(withHooks(once, command, events)).toEqual(once);
    expect(once['model']).toBe('opus');
    expect(JSON.stringify(once)).toContain('notify-send done');
    expect(Object.values(hookStatus(once, command, events))).toEqual(['installed', 'installed', 'installed']);
  });

  it('replaces the hook of a ccbot in another place', () => {
    const old = withHooks(theirs, '/old/node_modules/.bin/ccbot hook', events);
    expect(Object.values(hookStatus(old, command, events))).toEqual(['outdated', 'outdated', 'outdated']);
    expect(withHooks(old, command, events)).toEqual(withHooks(theirs, command, events));
  });

  it('removes only its own', () => {
    expect(withoutHooks(withHooks(theirs, command, events))).toEqual(theirs);
    expect(withoutHooks(withHooks({}, command, events))).toEqual({});
  });

  it('leaves its hooks in their position', () => {
    const ours = withHooks({}, command, events);
    const hooks = ours['hooks'] as Record<string, unknown[]>;
    const moved = { hooks: { ...hooks, Stop: [...(hooks['Stop'] ?? []), ...theirs.hooks.Stop] } };
    expect(withHooks(moved, command, events)).toEqual(moved);
  });

  it('leaves alone what it does not understand', () => {
    const odd = { hooks: { Stop: 'not a list', Other: [5, null, { hooks: 'x' }] } };
    expect(withoutHooks(odd)).toEqual(odd);
  });

  const run = (
    action: 'install' | 'uninstall' | 'status',
    { agent, denyRules = false, home = '/nowhere', env = { CLAUDE_CONFIG_DIR: dir } }: Run = {},
  ) => {
    let out = '';
    let err = '';
    const sink = (take: (s: string) => void) =>
      ({ write: (s: string) => (take(s), true) }) as unknown as NodeJS.WritableStream;
    const code = hookCommand(
      { action, json: true, denyRules, ...(agent === undefined ? {} : { agent }) },
      {
        env,
        home,
        command: line,
        statusLine,
        paths: pathsOf(join(dir, 'ccbot')),
        terminal: { out: sink((s) => (out += s)), err: sink((s) => (err += s)) },
      },
    );
    return { code, out, err };
  };
  const settings = (): string => join(dir, 'settings.json');

  it('creates a missing settings file, and reports which hooks are there', () => {
    expect(run('status').code).toBe(1);
    expect(run('install').code).toBe(0);
    expect(run('status').code).toBe(0);
    expect(JSON.parse(run('install').out)).toMatchObject({ changed: false });
  });

  it('does not call hooks good whose program was removed', () => {
    expect(run('install').code).toBe(0);
    const bundle = join(clone, 'worker/dist/hook.js');
    rmSync(bundle);
    const { code, out } = run('status');
    lineOf('hook.js');
    expect([code, JSON.parse(out)]).toMatchObject([1, { state: 'installed', gone: [bundle] }]);
  });

  it('preserves the file’s mode, follows a link, and backs up the old file', () => {
    const real = join(dir, 'real.json');
    writeFileSync(real, JSON.stringify(theirs));
    chmodSync(real, 0o640);
    symlinkSync(real, settings());
    expect(run('install').code).toBe(0);
    expect(statSync(real).mode & 0o777).toBe(0o640);
    expect(readFileSync(real, 'utf8')).toContain('hook.js');
    expect(JSON.parse(readFileSync(`${real}.ccbot-backup`, 'utf8'))).toEqual(theirs);
  });

  it('wraps the user’s status line, and unwraps it again without other changes', () => {
    const own = { type: 'command', command: 'printf \'%s\' "$PWD"', padding: 0 };
    const before = `${JSON.stringify({ model: 'opus', statusLine: own }, null, 2)}\n`;
    writeFileSync(settings(), before);
    run('install');
    const { statusLine } = JSON.parse(readFileSync(settings(), 'utf8')) as { statusLine: typeof own };
    expect(statusLine).toMatchObject({
      padding: 0,
      command: expect.stringContaining('statusline.js') as string,
    });
    expect(JSON.parse(run('install').out)).toMatchObject({ changed: false });
    expect(JSON.parse(run('status').out)).toMatchObject({ events: { 'status line': 'installed' } });
    run('uninstall');
    expect(readFileSync(settings(), 'utf8')).toBe(before);
  });

  it('does not touch a file that does not parse, and names it', () => {
    writeFileSync(settings(), '{"hooks": {');
    const { code, err } = run('install');
    expect(code).toBe(78);
    expect(err).toContain(settings());
    expect(readFileSync(settings(), 'utf8')).toBe('{"hooks": {');
  });

  it.each(['{"hooks": []}', '{"hooks": {"Stop": "mine"}}', '{"hooks": null}'])(
    'does not overwrite invalid hooks: %s',
    (text) => {
      writeFileSync(settings(), text);
      const { code, err } = run('install');
      expect(code).toBe(78);
      expect(err).toContain('hooks');
      expect(readFileSync(settings(), 'utf8')).toBe(text);
    },
  );

  it('preserves a mode that the umask would change', () => {
    writeFileSync(settings(), '{}');
    chmodSync(settings(), 0o666);
    expect(run('install').code).toBe(0);
    expect(statSync(settings()).mode & 0o777).toBe(0o666);
  });

  it('works on the agents that are set up on this machine, or the named one, or all', () => {
    const agents = (done: { out: string }): unknown[] =>
      done.out
        .trim()
        .split('\n')
        .map((one) => (JSON.parse(one) as { agent: string }).agent);
    const place = { home: dir, env: {} };
    expect(agents(run('status', place))).toEqual(['claude']); // none is set up: the first one is the default
    mkdirSync(join(dir, '.codex'));
    expect(agents(run('install', place))).toEqual(['codex']);
    expect(agents(run('install', { ...place, agent: 'all' }))).toEqual(['claude', 'codex']);
    expect(agents(run('install', { ...place, agent: 'claude' }))).toEqual(['claude']);
    const hooks = readFileSync(join(dir, '.codex/hooks.json'), 'utf8');
    expect(hooks).toContain("hook.js' codex");
    expect(run('status', place).code).toBe(0);
  });

  it('works on the others when the settings of one are broken, and reports the error', () => {
    mkdirSync(join(dir, '.codex'));
    mkdirSync(join(dir, '.claude'));
    writeFileSync(join(dir, '.claude/settings.json'), '{');
    const { code, err, out } = run('install', { home: dir, env: {} });
    expect([code, err]).toEqual([78, expect.stringContaining('settings.json')]);
    expect(out).toContain('"agent":"codex"');
  });

  it('lists the agents when it does not know the named one', () => {
    const { code, err } = run('install', { agent: 'clade' });
    expect(code).toBe(2);
    expect(err).toContain('claude');
  });

  describe('deny rules', () => {
    const rules = (): string[] =>
      (JSON.parse(readFileSync(settings(), 'utf8')) as { permissions?: { deny: string[] } }).permissions
        ?.deny ?? [];
    const state = (done: { out: string }): unknown =>
      (JSON.parse(done.out) as { denyRules: unknown }).denyRules;

    it('are added only if they are wanted, once, and are no part of the state of the hooks', () => {
      expect(state(run('install'))).toBe('missing');
      expect(rules()).toEqual([]);
      expect(run('status').code).toBe(0);
      expect(state(run('install', { denyRules: true }))).toBe('installed');
      const added = rules();
      expect(added).toEqual(
        expect.arrayContaining([`Read(/${join(dir, 'ccbot')}/**)`, `Edit(/${join(dir, 'ccbot')}/**)`]),
      );
      expect(JSON.parse(run('install', { denyRules: true }).out)).toMatchObject({ changed: false });
      expect(rules()).toEqual(added);
    });

    it.each([
      {},
      { permissions: {} },
      { permissions: { deny: [] } },
      { permissions: { allow: ['Bash(ls:*)'] } },
      { permissions: { deny: ['Bash(tmux:*)', 'Read(./secret)'], allow: [] } },
    ])('are taken away again without a trace: %j', (own) => {
      const before = `${JSON.stringify({ model: 'opus', ...own }, null, 2)}\n`;
      writeFileSync(settings(), before);
      run('install', { denyRules: true });
      run('install', { denyRules: true });
      expect(rules()).toContain('Bash(tmux:*)');
      run('uninstall');
      expect(readFileSync(settings(), 'utf8')).toBe(before);
    });

    it('leave rules that were added by others meanwhile', () => {
      run('install', { denyRules: true });
      const now = JSON.parse(readFileSync(settings(), 'utf8')) as { permissions: { deny: unknown[] } };
      now.permissions.deny.unshift('WebFetch', 7);
      writeFileSync(settings(), JSON.stringify(now));
      run('uninstall');
      expect(JSON.parse(readFileSync(settings(), 'utf8'))).toEqual({
        permissions: { deny: ['WebFetch', 7] },
      });
    });

    it.each(['{"permissions": []}', '{"permissions": {"deny": "all"}}', '{"permissions": null}'])(
      'do not overwrite what is invalid: %s',
      (text) => {
        writeFileSync(settings(), text);
        const { code, err } = run('install', { denyRules: true });
        expect([code, err]).toEqual([78, expect.stringContaining('permissions')]);
        expect(readFileSync(settings(), 'utf8')).toBe(text);
      },
    );

    it('of an agent that reads them from a file are all of that file, and the file goes with them', () => {
      const place = { agent: 'codex', home: dir, env: {} };
      const file = join(dir, '.codex/rules/ccbot.rules');
      expect(state(run('install', { ...place, denyRules: true }))).toBe('installed');
      expect(readFileSync(file, 'utf8')).toContain('"tmux"');
      run('uninstall', place);
      expect(existsSync(file)).toBe(false);
      writeFileSync(file, 'mine\n');
      expect(run('install', { ...place, denyRules: true }).code).toBe(78);
      run('uninstall', place);
      expect(readFileSync(file, 'utf8')).toBe('mine\n');
    });
  });

  it('quotes paths for the shell', () => {
    expect(hookCommandLine('/a b/node', "/it's/packages/worker/dist/hook.js")).toBe(
      "'/a b/node' '/it'\\''s/packages/worker/dist/hook.js'",
    );
  });
});
