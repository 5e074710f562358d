import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hookCommandFor, hookCommandLine, withHooks } from './entries';
import { hookReport } from './report';

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'ccbot-report-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const command = hookCommandFor(
  hookCommandLine('/usr/bin/node', '/opt/ccbot/worker/dist/hook.js'),
  'some-agent',
);
const events = { SessionStart: 10, PermissionRequest: 86_400 };

describe('hookReport', () => {
  it('reports the one hook that an earlier ccbot did not have; installing adds it and keeps the others', () => {
    const old = withHooks({ model: 'opus' }, command, { SessionStart: 10 });
    expect(hookReport(old, command, events)).toMatchObject({
      state: 'missing',
      events: { PermissionRequest: 'missing', SessionStart: 'installed' },
    });
    const now = withHooks(old, command, events)['hooks'] as Record<string, unknown>;
    expect(now['SessionStart']).toEqual((old['hooks'] as Record<string, unknown>)['SessionStart']);
  });

  it('reports a timeout too short for a decision as outdated', () => {
    const short = withHooks({}, command, { ...events, PermissionRequest: 60 });
    expect(hookReport(short, command, events)).toMatchObject({
      state: 'outdated',
      events: { PermissionRequest: 'outdated', SessionStart: 'installed' },
    });
    expect(withHooks(short, command, events)).toEqual(withHooks({}, command, events));
  });

  it('names the version whose hook would run, or none when that is gone', () => {
    const at = join(dir, "it's a worker");
    const bundle = join(at, 'worker', 'dist', 'hook.js');
    const mine = hookCommandFor(hookCommandLine('/usr/bin/node', bundle), 'some-agent');
    const installed = withHooks({}, mine, events);
    expect(hookReport(installed, mine, events)).toMatchObject({ state: 'installed', version: null });
    mkdirSync(join(bundle, '..'), { recursive: true });
    writeFileSync(bundle, '');
    writeFileSync(join(at, 'worker', 'package.json'), '{"version":"0.0.7"}');
    expect(hookReport(installed, mine, events).version).toBe('0.0.7');
    expect(hookReport(installed, command, events)).toMatchObject({ state: 'outdated', version: '0.0.7' });
    writeFileSync(join(at, 'worker', 'package.json'), 'garbage');
    expect(hookReport(installed, mine, events).version).toBeNull();
  });

  it('names no version when there is no hook, or one that starts ccbot itself', () => {
    expect(hookReport({}, command, events)).toMatchObject({ state: 'missing', version: null });
    expect(hookReport(withHooks({}, '/old/.bin/ccbot hook', events), command, events).version).toBeNull();
  });
});
