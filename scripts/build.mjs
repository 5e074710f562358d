// Bundles each program into one CommonJS file under packages/*/dist. One file starts several times faster than its
// modules, and can use libraries that are published as ES modules only. Native addons are loaded from node_modules.
import { build } from 'esbuild';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cachedDataVersionTag } from 'node:v8';
import { readBuilt, stateOf, writeBuilt } from './built.mjs';
import { identitiesAsData } from './identities.mjs';
import { bundleInParts } from './parts.mjs';
import { goEnvironment } from './prepare.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Entry → bundle. */
const programs = [
  ['packages/shared/src/compiled/main.ts', 'packages/worker/dist/compiled.js'],
  ['packages/worker/src/hook/main.ts', 'packages/worker/dist/hook.js'],
  ['packages/worker/src/hook/statusline.ts', 'packages/worker/dist/statusline.js'],
  ['packages/worker/src/picture/main.ts', 'packages/worker/dist/picture.js'],
  ['packages/worker/src/telegram/upload-client.ts', 'packages/worker/dist/upload-client.js'],
  ['packages/worker/src/cluster/nats-client.ts', 'packages/worker/dist/nats-client.js'],
  ['packages/shared/src/log/winston.ts', 'packages/worker/dist/winston.js'],
  ['packages/sandbox/src/main.ts', 'packages/sandbox/dist/ccbot-sandbox.js'],
  ['packages/sandbox/src/agent/main.ts', 'packages/sandbox/dist/ccbot-scripted-agent.js'],
];

/** Bundles that the supervisor has too. */
const SHARED = ['compiled.js', 'winston.js'];

/** In two parts: the supervisor starts its worker, and the worker polls, before they load the second one. */
const programsInParts = [
  ['packages/supervisor/src/main.ts', 'packages/supervisor/dist/ccbot.js'],
  ['packages/worker/src/main.ts', 'packages/worker/dist/ccbot-worker.js'],
];

/**
 * V8 keeps a program's text as long as the program runs: one byte a character if it is all ASCII, else two, which is
 * 3 MB more for the worker. esbuild escapes texts; regular expressions and comments are left to us.
 */
const inAscii = (file) => ({
  path: file.path,
  contents: file.path.endsWith('.js')
    ? file.text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    : file.contents,
});

/**
 * Modules that a program loads when it needs them, from a bundle beside its own: in one bundle their text would take
 * memory from the start.
 */
const LOADED_BY_USE = /\/(?:upload-client|nats-client|winston)$/;
const loadedByUse = {
  name: 'loaded-by-use',
  setup(bundler) {
    bundler.onResolve({ filter: LOADED_BY_USE }, ({ path, kind }) =>
      kind === 'dynamic-import' ? { path: `./${basename(path)}.js`, external: true } : undefined,
    );
  },
};

/** Bundles that run from V8's compiled form. */
const COMPILED = [
  ['packages/supervisor', 'ccbot.js'],
  ['packages/worker', 'ccbot-worker.js'],
];

const inputsOfIdentities = new Set();
const OPTIONS = {
  absWorkingDir: root,
  write: false,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  sourcemap: 'linked',
  minifySyntax: true,
  minifyWhitespace: true,
  lineLimit: 120,
  // A program that runs from its compiled form has no `import()`; what is not in its bundle is CommonJS.
  supported: { 'dynamic-import': false },
  logLevel: 'warning',
  external: ['@napi-rs/canvas', '@photostructure/sqlite', 'fs-ext', 'node-pty'],
  plugins: [identitiesAsData(inputsOfIdentities), loadedByUse],
};

const PAGE = 'packages/sandbox/src/chat-page/browser';

/** What is built at once, and built again only when one of its inputs has changed. Each returns what `build` of esbuild does. */
const UNITS = {
  programs: buildPrograms,
  ...Object.fromEntries(programsInParts.map((program) => [program[1], () => buildInParts(...program)])),
  page: buildPage,
};

/** In one build, so that what several programs import is parsed once. */
async function buildPrograms() {
  const entries = programs.filter(([entry]) => exists(entry));
  const { outputFiles, metafile } = await build({
    ...OPTIONS,
    metafile: true,
    entryPoints: entries.map(([entry, outfile]) => ({ in: entry, out: outfile.replace(/\.js$/, '') })),
    outdir: '.',
  });
  const files = outputFiles.map(inAscii);
  const copies = files
    .filter(({ path }) => SHARED.includes(basename(path).replace(/\.map$/, '')))
    .map(({ path, contents }) => ({
      path: path.replace('packages/worker/', 'packages/supervisor/'),
      contents,
    }));
  return { outputFiles: [...files, ...copies], metafile };
}

async function buildInParts(entry, outfile) {
  if (!exists(entry)) return { outputFiles: [], metafile: { inputs: {} } };
  const { outputFiles, metafile } = await bundleInParts(entry, outfile, OPTIONS, (path) =>
    LOADED_BY_USE.test(path),
  );
  return { outputFiles: outputFiles.map(inAscii), metafile };
}

/** The chat page of the sandbox: a bundled script, and copies of its other files. */
function buildPage() {
  return build({
    absWorkingDir: root,
    entryPoints: ['page.ts', 'page.html', 'page.css'].map((name) => `${PAGE}/${name}`),
    outdir: 'packages/sandbox/dist/chat-page',
    write: false,
    metafile: true,
    bundle: true,
    format: 'iife',
    target: 'es2022',
    logLevel: 'warning',
    loader: { '.html': 'copy', '.css': 'copy' },
  });
}

/** The documents, for `ccbot help TOPIC` without a clone. */
function documents() {
  return readdirSync(join(root, 'docs'))
    .filter((file) => file.endsWith('.md'))
    .map((name) => ({
      path: join(root, 'packages/supervisor/dist/help', name),
      contents: readFileSync(join(root, 'docs', name)),
    }));
}

/** Each file is replaced in one step: a worker that starts in the meantime gets either the old program or the new one. */
function write({ path, contents }) {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, contents);
  renameSync(temporary, path);
}

/** Removes the second parts of earlier builds: what started a moment ago and does not find its own is started again. */
function removeOldParts(kept) {
  for (const [, outfile] of programsInParts) {
    const dist = join(root, dirname(outfile));
    const isPart = (file) => file.startsWith(`${basename(outfile, '.js')}-`);
    for (const path of readdirSync(dist)
      .filter(isPart)
      .map((file) => join(dist, file)))
      if (!kept.has(path)) rmSync(path);
  }
}

/** Makes V8's forms of a bundle. A build by the same Node.js has made them already if nothing was built since. */
async function compile(name, bundle, isNew) {
  const dist = join(root, name, 'dist');
  const form = [bundle, process.version, process.arch, cachedDataVersionTag().toString(16)].join('-');
  if (!isNew && existsSync(join(dist, 'compiled', form))) return;
  rmSync(join(dist, 'compiled'), { recursive: true, force: true });
  const child = spawn(process.execPath, [join(dist, 'compiled.js'), join(dist, bundle)], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, CCBOT_COMPILING: '1' },
  });
  const status = await new Promise((resolve) => child.on('error', () => resolve(-1)).on('exit', resolve));
  if (status !== 0) console.error(`not compiled: ${bundle}`); // it runs all the same
}

const exists = (path) => existsSync(join(root, path));

const startedAt = Date.now();
Object.assign(process.env, { ...goEnvironment(), ...process.env }); // before esbuild starts
const all = [...programs, ...programsInParts];
const missing = all.filter(([entry]) => !exists(entry)).map(([entry]) => entry);
const before = readBuilt(root, missing);
const old = Object.keys(UNITS).filter((name) => before[name] === undefined);
const results = await Promise.all(old.map(async (name) => ({ name, ...(await UNITS[name]()) })));
// Files are written only after everything is built.
for (const file of [...results.flatMap(({ outputFiles }) => outputFiles), ...documents()]) write(file);
const after = { ...before };
for (const { name, outputFiles, metafile } of results) {
  const inputs = Object.keys(metafile.inputs).map((path) => join(root, path));
  after[name] = {
    inputs: stateOf(root, [...inputs, ...inputsOfIdentities], startedAt),
    outputs: stateOf(
      root,
      outputFiles.map(({ path }) => path),
    ),
  };
}
removeOldParts(
  new Set(
    Object.values(after).flatMap(({ outputs }) => Object.keys(outputs).map((path) => join(root, path))),
  ),
);
await Promise.all(
  COMPILED.map(([name, bundle]) =>
    compile(
      name,
      bundle,
      old.some((unit) => unit !== 'page'),
    ),
  ),
);
writeBuilt(root, missing, after);
for (const entry of missing) console.error(`not built: ${entry} is missing`);
const count =
  old.length === 0 ? 'nothing was changed' : `built ${old.length} of ${Object.keys(UNITS).length} parts`;
console.log(`${count} in ${Date.now() - startedAt} ms`);
