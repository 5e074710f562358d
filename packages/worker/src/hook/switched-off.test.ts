import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { claude } from '../agents/claude/kind';
import { codex } from '../agents/codex/kind';
import type { HookSetup } from '../agents/kind';
import { hooksOff, offText } from './switched-off';

let dir: string;
let hooks: HookSetup;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-off-'));
  const { elsewhere } = claude.hooks ?? {};
  if (claude.hooks === null || elsewhere === undefined) throw new Error('Claude Code has hooks');
  const managed = () => ({ file: join(dir, 'etc/managed.json'), directory: join(dir, 'etc/managed.d') });
  hooks = { ...claude.hooks, elsewhere: { ...elsewhere, managed } };
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const write = (name: string, value: unknown): void => {
  mkdirSync(dirname(join(dir, name)), { recursive: true });
  writeFileSync(join(dir, name), typeof value === 'string' ? value : JSON.stringify(value));
};
const off = (env: Record<string, string> = {}): string[] =>
  hooksOff(hooks, { home: dir, env, projects: [join(dir, 'project')], platform: 'linux' })
    .map(offText)
    .map((text) => text.replace(`${dir}/`, ''));

it('finds nothing in a home without settings, and with other ones', () => {
  expect(off()).toEqual([]);
  write('.claude/settings.json', { hooks: {}, disableAllHooks: false });
  expect(off({ CLAUDE_CODE_SIMPLE: '', CLAUDE_CODE_SAFE_MODE: '0' })).toEqual([]);
});

/** As measured with 2.1.330. */
it.each<[string, unknown, string[]]>([
  ['.claude/settings.json', { disableAllHooks: true }, ['disableAllHooks in .claude/settings.json']],
  ['.claude/settings.json', { allowManagedHooksOnly: true }, []],
  ['.claude/settings.local.json', { disableAllHooks: true }, []],
  [
    'project/.claude/settings.json',
    { disableAllHooks: true },
    ['disableAllHooks in project/.claude/settings.json'],
  ],
  [
    'project/.claude/settings.local.json',
    { disableAllHooks: true },
    ['disableAllHooks in project/.claude/settings.local.json'],
  ],
  ['.claude/settings.json/x', '', []],
  [
    'etc/managed.json',
    { disableAllHooks: true },
    ['disableAllHooks in etc/managed.json, which an administrator manages'],
  ],
  [
    'etc/managed.json',
    { allowManagedHooksOnly: true },
    ['allowManagedHooksOnly in etc/managed.json, which an administrator manages'],
  ],
  [
    'etc/managed.d/10-own.json',
    { strictPluginOnlyCustomization: true },
    ['strictPluginOnlyCustomization in etc/managed.d/10-own.json, which an administrator manages'],
  ],
  ['etc/managed.d/10-own.txt', { disableAllHooks: true }, []],
  ['.claude/settings.json', '{"disableAllHooks": true', []],
  ['.claude/settings.json', '[true]', []],
  ['project/.claude/settings.json', { disableAllHooks: 'yes' }, []],
])('%s with %j: %j', (path, settings, reasons) => {
  write(path, settings);
  expect(off()).toEqual(reasons);
});

it('believes the settings that are nearer', () => {
  write('project/.claude/settings.json', { disableAllHooks: true });
  write('project/.claude/settings.local.json', { disableAllHooks: false });
  expect(off()).toEqual([]);
});

it('finds variables of the agent, and its home where they say it is', () => {
  write('claude at work/settings.json', { disableAllHooks: true });
  expect(off({ CLAUDE_CODE_SIMPLE: '1', CLAUDE_CONFIG_DIR: join(dir, 'claude at work') })).toEqual([
    'the variable CLAUDE_CODE_SIMPLE',
    'disableAllHooks in claude at work/settings.json',
  ]);
});

it('neither blocks nor fails at what others put there', () => {
  mkdirSync(join(dir, 'project/.claude/settings.json'), { recursive: true });
  mkdirSync(join(dir, '.claude'));
  symlinkSync('/dev/zero', join(dir, '.claude/settings.json'));
  expect(off()).toEqual([]);
  if (codex.hooks === null) throw new Error('Codex has hooks');
  expect(hooksOff(codex.hooks, { home: dir, env: {}, projects: [dir], platform: 'linux' })).toEqual([]);
});
