import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hookCommand, hookCommandLine, hookStatus, withHooks, withoutHooks } from './install';

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'ccbot-hook-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

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
