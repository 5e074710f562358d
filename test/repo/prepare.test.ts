// Reads: scripts/prepare.mjs
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from './files';

/** A small clone: the real prepare.mjs, two dependencies as files, and a build that writes empty programs. */
let clone: string;
let env: Record<string, string>;

const programs = [
  'supervisor/dist/ccbot.js',
  'worker/dist/ccbot-worker.js',
  'worker/dist/hook.js',
  'sandbox/dist/ccbot-sandbox.js',
  'sandbox/dist/ccbot-scripted-agent.js',
];

const write = (path: string, text: string): void => {
  mkdirSync(join(clone, path, '..'), { recursive: true });
  writeFileSync(join(clone, path), text);
};

const npm = (args: string[], cwd: string): void => {
  execFileSync('npm', args, { cwd, env, stdio: 'ignore' });
};

function prepare(options: { env?: Record<string, string>; nodeArgs?: string[] } = {}): {
  status: number | null;
  output: string;
} {
  return runNode([...(options.nodeArgs ?? []), join(clone, 'scripts/prepare.mjs')], options.env);
}

/** As `npm start` does it: without what only development needs. */
const prepareToRun = (): ReturnType<typeof prepare> =>
  runNode([
    '--input-type=module',
    '--eval',
    `import { prepare } from ${JSON.stringify(join(clone, 'scripts/prepare.mjs'))}; await prepare({ dev: false });`,
  ]);

function runNode(args: string[], more?: Record<string, string>): ReturnType<typeof prepare> {
  const run = spawnSync(process.execPath, args, {
    env: { ...env, ...more },
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { status: run.status, output: run.stderr };
}

/** A PATH with only these commands. */
function pathWith(commands: string[]): string {
  const folder = mkdtempSync(join(clone, 'bin-'));
  for (const name of commands) {
    const real = execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
    symlinkSync(real, join(folder, name));
  }
  return folder;
}

/** What a clone begins with, made once: npm needs half a second for each of its packages. */
let template: string;

/** The same, installed and built; made by the first test that has come so far. */
let installed: string | undefined;

beforeAll(() => {
  template = clone = mkdtempSync(join(tmpdir(), 'ccbot-prepare-template-'));
  env = environmentIn(clone);
  cpSync(join(root, 'scripts/prepare.mjs'), join(clone, 'scripts/prepare.mjs'), { recursive: true });
  write('leaf/package.json', '{ "name": "leaf", "version": "1.0.0" }');
  write('tool/package.json', '{ "name": "tool", "version": "1.0.0" }');
  // An addon by name: its install script writes what its main file needs, for this Node.js only.
  write(
    'addon/package.json',
    '{ "name": "fs-ext", "version": "1.0.0", "main": "main.js", "scripts": { "install": "node build.js" } }',
  );
  write(
    'addon/main.js',
    "if (require('./built.json') !== process.versions.modules) throw new Error('another Node.js');",
  );
  write(
    'addon/build.js',
    `if (process.env.BREAK_ADDON) throw new Error('no such header');
     require('node:fs').writeFileSync('built.json', JSON.stringify(process.versions.modules));
     require('node:fs').writeFileSync('headers', process.env.npm_config_nodedir ?? '');`,
  );
  npm(['pack', './leaf', './tool', './addon'], clone);
  write(
    'package.json',
    JSON.stringify({
      name: 'small',
      version: '1.0.0',
      engines: { node: '>=20.18.1' },
      dependencies: { leaf: 'file:leaf-1.0.0.tgz', 'fs-ext': 'file:fs-ext-1.0.0.tgz' },
      devDependencies: { tool: 'file:tool-1.0.0.tgz' },
      allowScripts: { 'fs-ext': true },
    }),
  );
  npm(['install', '--package-lock-only'], clone);
  for (const name of ['supervisor', 'worker', 'sandbox']) write(`packages/${name}/src/main.ts`, '');
  write(
    'scripts/build.mjs',
    `import { mkdirSync, writeFileSync } from 'node:fs';
     import { dirname } from 'node:path';
     for (const p of ${JSON.stringify(programs)}) {
       mkdirSync(dirname('packages/' + p), { recursive: true });
       writeFileSync('packages/' + p, '');
     }`,
  );
});

afterAll(() => {
  for (const folder of [template, installed ?? '']) rmSync(folder, { recursive: true, force: true });
});

beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), 'ccbot-prepare-'));
  env = environmentIn(clone);
  cpSync(template, clone, { recursive: true });
});

afterEach(() => rmSync(clone, { recursive: true, force: true }));

/** Gives the clone what `prepare` has installed and built in another one like it. */
function beInstalled(): void {
  if (installed !== undefined) return copyWithTimes(installed, clone);
  expect(prepare().status).toBe(0);
  keepInstalled();
}

/** Has later tests begin with this clone, which is installed and built. */
function keepInstalled(): void {
  installed = mkdtempSync(join(tmpdir(), 'ccbot-prepare-installed-'));
  copyWithTimes(clone, installed);
}

/** Gives the clone what is installed and built, but for the addon. */
function beInstalledWithoutAddon(): void {
  beInstalled();
  unbuildAddon();
}

function unbuildAddon(): void {
  for (const path of ['.ccbot-addons', 'fs-ext/built.json', 'fs-ext/headers'])
    rmSync(join(clone, 'node_modules', path), { recursive: true, force: true });
}

/** `cpSync` gives folders new times, and a folder of sources that is newer than the programs is a reason to build. */
function copyWithTimes(from: string, to: string): void {
  execFileSync('cp', ['-a', `${from}/.`, to]);
}

function environmentIn(home: string): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    npm_config_cache: join(home, 'npm-cache'),
    npm_config_offline: 'true',
  };
}

it('installs and builds a fresh clone, and does nothing the second time', () => {
  const first = prepare();
  expect(first).toMatchObject({
    status: 0,
    output: expect.stringMatching(
      /Installing packages \(npm ci\): done in[^]*Building fs-ext …[^]*Building ccbot …[^]*Building fs-ext: done in/,
    ),
  });
  keepInstalled();
  const second = prepare();
  expect(second.status).toBe(0);
  expect(second.output).not.toMatch(/Installing|Building/);
});

const has = (path: string): boolean => existsSync(join(clone, 'node_modules', path));

it('installs what ccbot runs with first, and the tools later, beside the addons that are built', () => {
  const lock = readFileSync(join(clone, 'package-lock.json'), 'utf8');
  expect(prepareToRun().status).toBe(0);
  expect([has('leaf'), has('tool')]).toEqual([true, false]);
  expect(prepareToRun().output).not.toMatch(/Installing|Building/);
  const later = prepare();
  expect(later.output).toMatch(/Installing development packages \(npm install\): done in/);
  expect(later.output).not.toMatch(/Building/);
  expect([later.status, has('tool'), has('fs-ext/built.json')]).toEqual([0, true, true]);
  expect(readFileSync(join(clone, 'package-lock.json'), 'utf8')).toBe(lock);
  for (const again of [prepare(), prepareToRun()]) expect(again.output).not.toMatch(/Installing|Building/);
}, 60_000);

it('installs all of it again when the installation of the tools was interrupted', () => {
  prepareToRun();
  rmSync(join(clone, 'node_modules/.package-lock.json')); // it is written last
  rmSync(join(clone, 'node_modules/leaf/package.json'));
  const { status, output } = prepare();
  expect([status, has('leaf/package.json'), has('tool')]).toEqual([0, true, true]);
  expect(output).toMatch(/Installing packages \(npm ci\): done in/);
}, 60_000);

it('reinstalls when the lock file has another version, and after an interrupted installation', () => {
  beInstalled();
  rmSync(join(clone, 'node_modules/.package-lock.json'));
  expect(prepare().output).toMatch(/Installing/);
  write('node_modules/.package-lock.json', '{ "packages": { "node_modules/leaf": { "version": "0.9.0" } } }');
  expect(prepare().output).toMatch(/Installing/);
  expect(prepare().output).not.toMatch(/Installing/);
});

it('rebuilds when a source is newer or has been deleted', () => {
  beInstalled();
  write('packages/worker/src/other.ts', '');
  expect(prepare().output).toMatch(/Building/);
  const soon = Date.now() / 1000 + 60;
  utimesSync(join(clone, 'packages/worker/src/main.ts'), soon, soon);
  expect(prepare().output).toMatch(/Building/);
  utimesSync(join(clone, 'packages/worker/src/main.ts'), 1, 1);
  expect(prepare().output).not.toMatch(/Building/);
  rmSync(join(clone, 'packages/worker/src/other.ts'));
  expect(prepare().output).toMatch(/Building/);
});

it('names the missing compiler and the command that installs it', () => {
  beInstalledWithoutAddon();
  const { status, output } = prepare({ env: { PATH: pathWith(['node', 'npm', 'python3', 'sh', 'env']) } });
  expect(status).toBe(78);
  expect(output).toMatch(/To build fs-ext, ccbot needs a C\+\+ compiler, make/);
  expect(output).toMatch(/apt-get install build-essential|xcode-select --install/);
});

it('builds with the headers that this Node.js has beside it, unless npm knows others', () => {
  const prefix = dirname(dirname(process.execPath));
  const used = (): string => readFileSync(join(clone, 'node_modules/fs-ext/headers'), 'utf8');
  beInstalled();
  expect(used()).toBe(existsSync(join(prefix, 'include/node/node_version.h')) ? prefix : '');
  unbuildAddon();
  prepare({ env: { npm_config_nodedir: '/some/headers' } });
  expect(used()).toBe('/some/headers');
}, 60_000);

it('needs no compiler when every addon works', () => {
  beInstalled();
  rmSync(join(clone, 'node_modules/.ccbot-addons'), { recursive: true });
  const { status, output } = prepare({ env: { PATH: pathWith(['node', 'tmux']) } });
  expect({ status, output }).toEqual({ status: 0, output: '' });
});

it('builds an addon again for another Node.js, and after an interrupted build', () => {
  beInstalled();
  write('node_modules/.ccbot-addons/fs-ext', '1.0.0 83');
  write('node_modules/fs-ext/built.json', '"83"');
  const { status, output } = prepare();
  expect(status).toBe(0);
  expect(output).toMatch(/^Building fs-ext …\nBuilding fs-ext: done in \d+ s\n$/);
  expect(prepare().output).toBe('');
});

it('names the addon that cannot be built, with its log, and continues from there', () => {
  beInstalledWithoutAddon();
  const { status, output } = prepare({ env: { BREAK_ADDON: '1' } });
  expect(status).toBe(78);
  expect(output).toMatch(/no such header[^]*Building fs-ext failed: .*prepare-building-fs-ext\.log/);
  const again = prepare();
  expect(again.status).toBe(0);
  expect(again.output).not.toMatch(/Installing/);
});

it('refuses a Node.js that is too old', () => {
  write(
    'old.cjs',
    `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.0' } });`,
  );
  const { status, output } = prepare({ nodeArgs: ['--require', join(clone, 'old.cjs')] });
  expect(status).toBe(78);
  expect(output).toMatch(/needs Node\.js 20\.18\.1 or newer/);
});

it('has an environment for checks and tests without the certificates that npm needs', () => {
  const { output } = runNode(
    [
      '--input-type=module',
      '--eval',
      `import { offlineEnvironment } from ${JSON.stringify(join(clone, 'scripts/prepare.mjs'))};
       const { NODE_EXTRA_CA_CERTS, HOME } = offlineEnvironment();
       console.error([process.env.NODE_EXTRA_CA_CERTS, String(NODE_EXTRA_CA_CERTS), HOME].join(' '));`,
    ],
    { NODE_EXTRA_CA_CERTS: '/dev/null' },
  );
  expect(output.trim().split('\n').at(-1)).toBe(`/dev/null undefined ${clone}`);
});

it('warns of a missing tmux, and continues', () => {
  beInstalled();
  const { status, output } = prepare({ env: { PATH: pathWith(['node']) } });
  expect(status).toBe(0);
  expect(output).toMatch(/tmux is not installed.*(apt-get|brew) install tmux/);
});

it('shows the output of npm when it fails, and names the log', () => {
  write(
    'package.json',
    '{ "name": "small", "version": "1.0.0", "engines": { "node": ">=20.18.1" }, "dependencies": { "leaf": "file:leaf-2.0.0.tgz" } }',
  );
  const { status, output } = prepare();
  expect(status).toBe(78);
  expect(output).toMatch(/npm ci/);
  expect(output).toMatch(/leaf/);
  expect(output).toMatch(/prepare-installing-packages\.log/);
});
