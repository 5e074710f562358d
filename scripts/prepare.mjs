// Makes a clone ready to run: checks the prerequisites, installs and builds, each only when needed. `npm start` and
// `npm test` call it first, so that either works as the first command in a fresh clone. It has no dependencies, because
// nothing is installed yet.
import { spawn, spawnSync } from 'node:child_process';
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { totalmem } from 'node:os';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** How to install each prerequisite on Debian and macOS. */
const INSTALL = {
  tmux: { linux: 'sudo apt-get install tmux', darwin: 'brew install tmux' },
  compiler: { linux: 'sudo apt-get install build-essential python3', darwin: 'xcode-select --install' },
  node: {
    linux: 'nvm install 22   (https://github.com/nvm-sh/nvm), or your distribution’s nodejs package',
    darwin: 'brew install node@22',
  },
};

const howToInstall = (name) => INSTALL[name][process.platform] ?? INSTALL[name].linux;

/** Something is missing that only the user can install. */
export class Missing extends Error {}

/**
 * Installs and builds what is missing or outdated. With `dev: false` only what ccbot needs to be built and to run, which is
 * less than half. Reports on stderr what it does; prints nothing when there is nothing to do.
 */
export async function prepare({ dev = true, say = (text) => process.stderr.write(`${text}\n`) } = {}) {
  await preparePackages({ dev, say });
  const missing = addonsToBuild();
  if (missing.length > 0) checkCompiler(missing);
  const steps = missing.map((name) => buildAddon(name, say));
  if (!isBuilt())
    steps.push(step('Building ccbot', say, [process.execPath, [join(root, 'scripts/build.mjs')]]));
  const failed = (await Promise.allSettled(steps)).find(({ status }) => status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  if (!has('tmux', ['-V'])) {
    say(
      `tmux is not installed. ccbot works without it, but sessions then end with its worker. To install it: ${howToInstall('tmux')}`,
    );
  }
}

/** The first part of it: without packages, not even the checks run. */
export async function preparePackages({
  dev = true,
  say = (text) => process.stderr.write(`${text}\n`),
} = {}) {
  leaveWorkingDirectory();
  checkNode();
  await install(dev, say);
}

/** Systems for which every package has a binary. */
const HAS_BINARIES =
  ['linux', 'darwin'].includes(process.platform) && ['x64', 'arm64'].includes(process.arch);

/** Without scripts: only our own addons need theirs, and those run side by side afterwards. */
async function install(dev, say) {
  if (isInstalled({ dev })) return;
  const args = ['--ignore-scripts', '--no-audit', '--no-fund', dev ? '--include=dev' : '--omit=dev'];
  // npm refuses a package that names other systems. It is SQLite's, and Node.js has its own.
  if (!HAS_BINARIES) args.push('--force');
  if (!dev || !isInstalled({ dev: false })) {
    await step('Installing packages (npm ci)', say, npm(['ci', ...args]));
    return;
  }
  // Only the tools are missing. npm ci would remove the addons that are built. npm writes its list again at the end, so an
  // interrupted installation does not count.
  rmSync(join(root, INSTALLED));
  await step('Installing development packages (npm install)', say, npm(['install', '--no-save', ...args]));
}

/**
 * Takes the entries out of PATH that mean the working directory, for everything that is started from here on, as ccbot
 * itself does: a directory that the script is run in must not decide what `tmux` or `npm` is.
 */
function leaveWorkingDirectory() {
  const { PATH } = process.env;
  if (PATH === undefined) return;
  process.env.PATH =
    PATH.split(delimiter)
      .filter((entry) => isAbsolute(entry))
      .join(delimiter) || '/usr/bin:/bin';
}

/**
 * The environment of checks and tests: without `NODE_EXTRA_CA_CERTS`, which makes each start of Node.js 90 ms slower and
 * which only npm needs, since neither checks nor tests use the network.
 */
export function offlineEnvironment() {
  const env = { ...goEnvironment(), ...process.env };
  delete env.NODE_EXTRA_CA_CERTS;
  return env;
}

/** esbuild, tsc and oxlint's types are written in Go, and end before it matters that they free their memory. */
export function goEnvironment() {
  return { GOGC: '800', GOMEMLIMIT: String(Math.floor(totalmem() / 4)) };
}

function checkNode() {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const oldest = engines.node.replace('>=', '').split('.').map(Number);
  const version = process.versions.node.split('.').map(Number);
  const differs = oldest.findIndex((part, at) => part !== version[at]);
  if (differs >= 0 && version[differs] < oldest[differs]) {
    throw new Missing(
      `ccbot needs Node.js ${oldest.join('.')} or newer; this is ${process.version}. To install it: ${howToInstall('node')}`,
    );
  }
}

/** The packages whose native part is compiled here, and what shows that it works. */
const ADDONS = {
  'fs-ext': `require('fs-ext')`,
  'node-pty': `require('node-pty')`,
};

/** Where it is noted for which Node.js an addon works, so that it need not be tried at each start. */
const addonStamp = (name) => join(root, 'node_modules', '.ccbot-addons', name);

/** A version of an addon, and of the interface of Node.js for which it is built. */
function addonVersion(name) {
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8'));
  return `${version} ${process.versions.modules}`;
}

/** The addons that are installed and not built for this Node.js: a fresh clone, an interrupted build, another Node.js. */
function addonsToBuild() {
  const installed = Object.keys(ADDONS).filter((name) =>
    existsSync(join(root, 'node_modules', name, 'package.json')),
  );
  return installed.filter((name) => {
    const stamp = addonStamp(name);
    if (existsSync(stamp) && readFileSync(stamp, 'utf8') === addonVersion(name)) return false;
    if (!works(name)) return true;
    noteWorking(name);
    return false;
  });
}

const works = (name) =>
  spawnSync(process.execPath, ['-e', ADDONS[name]], { cwd: root, stdio: 'ignore' }).status === 0;

function noteWorking(name) {
  mkdirSync(dirname(addonStamp(name)), { recursive: true });
  writeFileSync(addonStamp(name), addonVersion(name));
}

/** Runs an addon's own install script: it takes a prebuilt binary where there is one, and compiles otherwise. */
async function buildAddon(name, say) {
  const headers = installedHeaders();
  const env = headers === null ? process.env : { ...process.env, npm_config_nodedir: headers };
  await step(`Building ${name}`, say, npm(['rebuild', '--foreground-scripts', name]), env);
  if (!works(name)) {
    throw new Missing(
      `${name} was built, but Node.js ${process.version} cannot load it. See ${logOf(`Building ${name}`)}`,
    );
  }
  noteWorking(name);
}

/** Where this Node.js has its headers, which npm downloads otherwise; null if it has none, or npm knows a place. */
function installedHeaders() {
  const prefix = dirname(dirname(process.execPath));
  const file = join(prefix, 'include/node/node_version.h');
  if (process.env.npm_config_nodedir || !existsSync(file)) return null;
  const text = readFileSync(file, 'utf8');
  const version = ['MAJOR', 'MINOR', 'PATCH'].map(
    (part) => new RegExp(`#define NODE_${part}_VERSION (\\d+)`).exec(text)?.[1],
  );
  return version.join('.') === process.versions.node ? prefix : null;
}

/** The output of a step is in a file of its own. */
const logOf = (title) =>
  join(
    root,
    '.cache',
    `prepare-${title
      .toLowerCase()
      .replace(/ \(.*\)$/, '')
      .replace(/[^a-z0-9]+/g, '-')}.log`,
  );

function checkCompiler(addons) {
  if (process.platform === 'win32') throw new Missing('ccbot does not run on Windows. It runs in WSL.');
  const missing = [
    [
      'a C++ compiler',
      has('c++', ['--version']) || has('g++', ['--version']) || has('clang++', ['--version']),
    ],
    ['make', has('make', ['--version'])],
    ['python3', has('python3', ['--version'])],
  ].filter(([, isInstalled]) => !isInstalled);
  if (missing.length > 0) {
    const names = missing.map(([name]) => name).join(', ');
    throw new Missing(
      `To build ${addons.join(', ')}, ccbot needs ${names}. To install: ${howToInstall('compiler')}`,
    );
  }
}

function has(command, args) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/** The npm that started this process, or the one on PATH. */
function npm(args) {
  const path = process.env.npm_execpath;
  return path && /npm-cli\.c?js$/.test(path) ? [process.execPath, [path, ...args]] : ['npm', args];
}

/** npm's list of what it has installed. */
const INSTALLED = 'node_modules/.package-lock.json';

/**
 * Whether npm's list of installed packages matches package-lock.json. npm writes its list last, so an interrupted
 * installation does not count. Packages for other platforms are not expected, nor, with `dev: false`, those for development.
 */
function isInstalled({ dev }) {
  const read = (path) => {
    try {
      return JSON.parse(readFileSync(join(root, path), 'utf8')).packages;
    } catch {
      return null; // missing or incomplete: not installed
    }
  };
  const wanted = read('package-lock.json');
  const installed = read(INSTALLED);
  if (!wanted || !installed) return false;
  return Object.entries(wanted).every(([path, entry]) =>
    path === '' ||
    !path.includes('node_modules/') ||
    entry.optional ||
    (entry.dev && !dev) ||
    entry.devOptional ||
    entry.peer ||
    entry.link
      ? true
      : installed[path]?.version === entry.version,
  );
}

/** When it was last found that every bundle is of the sources as they are. */
const BUILT = 'supervisor/dist/built.json';

/** Whether every bundle exists and all were built, or found to be of no other sources, after each source was changed. */
function isBuilt() {
  const packages = join(root, 'packages');
  const programs = [
    'supervisor/dist/ccbot.js',
    'worker/dist/ccbot-worker.js',
    'worker/dist/hook.js',
    'sandbox/dist/ccbot-sandbox.js',
    'sandbox/dist/ccbot-scripted-agent.js',
  ];
  if (!programs.every((path) => existsSync(join(packages, path)))) return false;
  const timeOf = (path) => statSync(join(packages, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const builtAt = Math.max(Math.min(...programs.map(timeOf)), timeOf(BUILT));
  const sources = [
    join(root, 'package-lock.json'),
    ...readdirSync(join(root, 'scripts'))
      .filter((name) => name.endsWith('.mjs'))
      .map((name) => join(root, 'scripts', name)),
    ...readdirSync(packages).flatMap((name) => {
      const src = join(packages, name, 'src');
      // Folders count too: deleting a file changes only its folder.
      return [src, ...readdirSync(src, { recursive: true }).map((f) => join(src, f))].filter(
        (f) => !f.endsWith('.test.ts'),
      );
    }),
  ];
  return sources.every((path) => statSync(path).mtimeMs <= builtAt);
}

/** How often a step that takes long says so, ms. */
const PROGRESS_MS = 10_000;

/** Runs a command and reports its duration. Its output goes to a log, and is shown when the command fails. */
async function step(title, say, [command, args], env = process.env) {
  const startedAt = Date.now();
  const seconds = () => `${Math.round((Date.now() - startedAt) / 1000)} s`;
  const logFile = logOf(title);
  mkdirSync(dirname(logFile), { recursive: true });
  say(`${title} …`);
  const log = createWriteStream(logFile);
  const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let tail = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      log.write(chunk);
      tail = (tail + chunk).slice(-6000);
    });
  }
  const ticker = setInterval(() => say(`${title} … ${seconds()}`), PROGRESS_MS);
  const code = await new Promise((resolve) => {
    child.on('error', (error) => {
      tail += error.message;
      resolve(127);
    });
    child.on('close', resolve);
  });
  clearInterval(ticker);
  log.end();
  if (code !== 0) {
    say(tail.trimEnd());
    throw new Missing(
      `${title} failed: ${command} ${args.join(' ')} (exit ${code}). Its output is in ${logFile}`,
    );
  }
  say(`${title}: done in ${seconds()}`);
}

/** Runs `main`, and reports what is missing in one message with exit code 78 (configuration: trying again cannot help). */
export async function orExplain(main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof Missing)) throw error;
    process.stderr.write(`\n${error.message}\n`);
    process.exitCode = 78;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await orExplain(() => prepare());
