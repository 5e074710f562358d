// Bundles each program into one CommonJS file under packages/*/dist. One file starts several times faster than its
// modules, and can use libraries that are published as ES modules only. Native addons are loaded from node_modules.
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { identitiesAsData } from './identities.mjs';
import { bundleInParts } from './parts.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Entry → bundle. */
const programs = [
  ['packages/shared/src/compiled/main.ts', 'packages/supervisor/dist/compiled.js'],
  ['packages/shared/src/compiled/main.ts', 'packages/worker/dist/compiled.js'],
  ['packages/worker/src/hook/main.ts', 'packages/worker/dist/hook.js'],
  ['packages/worker/src/hook/statusline.ts', 'packages/worker/dist/statusline.js'],
  ['packages/worker/src/picture/main.ts', 'packages/worker/dist/picture.js'],
  ['packages/worker/src/telegram/upload-client.ts', 'packages/worker/dist/upload-client.js'],
  ['packages/worker/src/cluster/nats-client.ts', 'packages/worker/dist/nats-client.js'],
  ['packages/shared/src/log/winston.ts', 'packages/supervisor/dist/winston.js'],
  ['packages/shared/src/log/winston.ts', 'packages/worker/dist/winston.js'],
  ['packages/sandbox/src/main.ts', 'packages/sandbox/dist/ccbot-sandbox.js'],
  ['packages/sandbox/src/agent/main.ts', 'packages/sandbox/dist/ccbot-scripted-agent.js'],
];

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
  plugins: [identitiesAsData(), loadedByUse],
};

const startedAt = Date.now();
const missing = [...programs, ...programsInParts].filter(([entry]) => !existsSync(join(root, entry)));
const built = await Promise.all(
  [...programs, ...programsInParts]
    .filter((program) => !missing.includes(program))
    .map((program) => {
      const [entry, outfile] = program;
      return programsInParts.includes(program)
        ? bundleInParts(entry, outfile, OPTIONS, (path) => LOADED_BY_USE.test(path))
        : build({ ...OPTIONS, entryPoints: [entry], outfile });
    }),
);
const results = built.map(({ outputFiles }) => ({ outputFiles: outputFiles.map(inAscii) }));
// The chat page of the sandbox: a bundled script, and copies of its other files.
const page = 'packages/sandbox/src/chat-page/browser';
results.push(
  await build({
    absWorkingDir: root,
    entryPoints: ['page.ts', 'page.html', 'page.css'].map((name) => `${page}/${name}`),
    outdir: 'packages/sandbox/dist/chat-page',
    write: false,
    bundle: true,
    format: 'iife',
    target: 'es2022',
    logLevel: 'warning',
    loader: { '.html': 'copy', '.css': 'copy' },
  }),
);
// The documents, for `ccbot help TOPIC` without a clone.
for (const name of readdirSync(join(root, 'docs')).filter((file) => file.endsWith('.md'))) {
  const path = join(root, 'packages/supervisor/dist/help', name);
  results.push({ outputFiles: [{ path, contents: readFileSync(join(root, 'docs', name)) }] });
}
const outputFiles = results.flatMap((result) => result.outputFiles);
// Files are written only after everything is built, and each is replaced in one step: a worker that starts in the
// meantime gets either the old program or the new one.
for (const { path, contents } of outputFiles) {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, contents);
  renameSync(temporary, path);
}
// The second parts of earlier builds: what started a moment ago and does not find its own is started again.
for (const [, outfile] of programsInParts) {
  const dist = join(root, dirname(outfile));
  const isPart = (file) => file.startsWith(`${basename(outfile, '.js')}-`);
  for (const path of readdirSync(dist)
    .filter(isPart)
    .map((file) => join(dist, file)))
    if (!outputFiles.some((written) => written.path === path)) rmSync(path);
}
for (const [name] of COMPILED) rmSync(join(root, name, 'dist/compiled'), { recursive: true, force: true });
for (const [name, bundle] of COMPILED) {
  const dist = join(root, name, 'dist');
  const args = [join(dist, 'compiled.js'), join(dist, bundle)];
  const { status } = spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) console.error(`not compiled: ${bundle}`); // it runs all the same
}
for (const [entry] of missing) console.error(`not built: ${entry} is missing`);
console.log(
  `built ${programs.length + programsInParts.length - missing.length} programs in ${Date.now() - startedAt} ms`,
);
