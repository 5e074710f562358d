// Reads: scripts/pack.mjs scripts/build.mjs Dockerfile package.json packages/*package.json package-lock.json packages/shared/src/addons/
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installFromDockerfile, type Installed } from '../e2e/harness/installed';
import { root } from './files';

let folder: string;
let installed: Installed;
let env: Record<string, string>;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ccbot-pack-'));
  installed = installFromDockerfile(folder);
  env = { PATH: installed.path, HOME: folder };
}, 180_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (program: string, ...args: string[]) =>
  spawnSync(program, args, { env, cwd: folder, encoding: 'utf8', input: '' });

describe('the packed packages, installed without the repository', () => {
  it('contain programs and documents, but no sources and no tests', () => {
    const files = readdirSync(join(installed.prefix, 'lib/node_modules/@ccbot'), {
      recursive: true,
    }) as string[];
    expect(files).toEqual(expect.arrayContaining(['worker/dist/hook.js', 'supervisor/dist/help/faults.md']));
    expect(files.filter((file) => /(^|\/)src\/|\.test\.|\.ts$|\.map$/.test(file))).toEqual([]);
  });

  it('run: version, help, pages, completion, hook', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'packages/supervisor/package.json'), 'utf8')) as {
      version: string;
    };
    expect(run('ccbot', '--version').stdout.trim()).toBe(version);
    expect(run('ccbot-worker', '--version').stdout.trim()).toBe(version);
    expect(run('ccbot', 'help', 'settings').stdout).toContain('TELEGRAM_BOT_TOKEN');
    expect(run('ccbot', 'help', 'no-such-page')).toMatchObject({ status: 2 });
    for (const shell of ['bash', 'zsh', 'fish']) {
      const completion = run('ccbot', 'completion', shell);
      expect([completion.status, completion.stdout.includes('uninstall')]).toEqual([0, true]);
      const path = join(folder, `completion.${shell}`);
      writeFileSync(path, completion.stdout);
      const check = spawnSync(shell, ['-n', path], { env, encoding: 'utf8' });
      if (check.error === undefined) expect([check.status, check.stderr]).toEqual([0, '']); // if the shell is installed
    }
    expect(run('ccbot', 'hook')).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });

  it('carry the addons, which are no dependencies: nothing is compiled when they are installed', () => {
    const modules = join(installed.prefix, 'lib/node_modules');
    const tag = `${process.platform}-${process.arch}-${process.versions.modules}`;
    const compiled = (name: string) =>
      (readdirSync(join(modules, '@ccbot', name, 'dist/addons', tag), { recursive: true }) as string[])
        .filter((path) => path.endsWith('.node'))
        .sort();
    expect(compiled('supervisor')).toEqual(['fs-ext/build/Release/fs_ext.node']);
    expect(compiled('worker')).toEqual([
      'fs-ext/build/Release/fs_ext.node',
      'node-pty/build/Release/pty.node',
    ]);
    for (const addon of ['fs-ext', 'node-pty']) expect(existsSync(join(modules, addon))).toBe(false);
  });

  it('find each other, their addons and their fonts', () => {
    const doctor = run('ccbot', 'doctor', '--json');
    const { checks } = JSON.parse(doctor.stdout) as {
      checks: { id: string; verdict: string; detail: string }[];
    };
    expect(checks.find(({ id }) => id === 'worker')).toBeUndefined();
    expect(checks.find(({ id }) => id === 'addons')).toMatchObject({ verdict: 'ok' });
  });
});
