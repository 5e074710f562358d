import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { claudeProgram, prepareSystem, WORKER, type System } from './harness/system';

let system: System;
let userSettings: string;
let installed: string;
const ran = (): string => join(system.dir, 'ran');

beforeAll(async () => {
  system = await prepareSystem({ hooks: { SessionStart: 'touch "$HOME/../ran"' } });
  userSettings = join(system.home, '.claude/settings.json');
  installed = readFileSync(userSettings, 'utf8');
  mkdirSync(join(system.project, '.claude'));
  mkdirSync(join(system.project, 'sub'));
});
afterAll(() => system.stop());
afterEach(() => {
  writeFileSync(userSettings, installed);
  for (const name of ['settings.json', 'settings.local.json'])
    rmSync(join(system.project, '.claude', name), { force: true });
  rmSync(ran(), { force: true });
});

/** Whether the agent runs the user's hooks in a directory. */
async function runsHooks(cwd: string, env: Record<string, string>): Promise<boolean> {
  const child = spawn(claudeProgram(), ['-p', 'hello'], {
    cwd,
    env: { ...system.env, ...env },
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  await once(child, 'exit');
  return existsSync(ran());
}

const inUser = (more: object): void =>
  writeFileSync(userSettings, JSON.stringify({ ...(JSON.parse(installed) as object), ...more }));
const inProject = (name: string, disableAllHooks: boolean): void =>
  writeFileSync(join(system.project, '.claude', name), JSON.stringify({ disableAllHooks }));

describe('hooks that are installed', () => {
  it.each<[string, () => void, { env?: Record<string, string>; sub?: string }, boolean]>([
    ['and not switched off', () => undefined, {}, true],
    ['and switched off by the user', () => inUser({ disableAllHooks: true }), {}, false],
    ['and switched off by the project', () => inProject('settings.json', true), {}, false],
    [
      'and switched off by the project, above the directory',
      () => inProject('settings.json', true),
      { sub: 'sub' },
      true,
    ],
    ['and switched off by local settings', () => inProject('settings.local.json', true), {}, false],
    ['and switched off by a variable', () => undefined, { env: { CLAUDE_CODE_SIMPLE: '1' } }, false],
    [
      'and limited to those of an administrator, by the user',
      () => inUser({ allowManagedHooksOnly: true }),
      {},
      true,
    ],
  ])('%s', async (_, change, { env = {}, sub = '' }, runs) => {
    change();
    const cwd = join(system.project, sub);
    expect(await runsHooks(cwd, env)).toBe(runs);
    const status = spawn(process.execPath, [WORKER, 'hook', '--status', '--json', '--agent', 'claude'], {
      cwd,
      env: { ...system.env, ...env },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let printed = '';
    status.stdout.on('data', (data: Buffer) => (printed += data.toString()));
    const [code] = (await once(status, 'close')) as [number];
    const { state, off } = JSON.parse(printed) as { state: string; off: string[] };
    expect([state, off.length === 0, code]).toEqual(['installed', runs, runs ? 0 : 1]);
  });
});
