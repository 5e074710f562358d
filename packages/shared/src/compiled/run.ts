import { spawn } from 'node:child_process';
import { accessSync, closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import { readCompiled, writeCompiled } from './store';

/** As Node.js wraps a CommonJS module. */
const HEAD = '(function (exports, require, module, __filename, __dirname) { ';
const TAIL = '\n})';

/** A program that runs this long is worth compiling for its next start, and is no longer busy with this one; ms. */
const SETTLED_MS = 10_000;

/**
 * Runs a bundle from its compiled form, which spares V8 parsing it at each start, and the memory that takes; and so its
 * other parts when it requires them. Without one, as after an upgrade of Node.js, the bundle is compiled as usual, and
 * `compiler`, the program that makes the forms, is run when this program has settled.
 *
 * V8's optimizing compiler is off: it takes 7 MB once it has run, for programs that are short or mostly wait. One that works
 * for long may turn it on with `--opt`; the next part that is loaded turns it off.
 */
export function runBundle(bundle: string, compiler: string, settledMs = SETTLED_MS): void {
  const compiled = readCompiled(bundle);
  if (compiled === null) setTimeout(() => compileInBackground(bundle, compiler), settledMs).unref();
  evaluate(bundle, load(bundle, compiled), readCompiled);
}

/**
 * Runs a bundle and stores its compiled form when the process exits, with the functions that ran until then, and those of
 * the parts that it required. The caller gives the program a command that only loads it.
 */
export function compileBundle(bundle: string): void {
  const scripts = evaluate(bundle, load(bundle), () => null);
  process.once('exit', () => {
    asCompiled(() => scripts.forEach((script, path) => writeCompiled(path, script.createCachedData())));
  });
}

function load(bundle: string, compiled: Buffer | null = null): Script {
  return new Script(wrapped(bundle), {
    filename: bundle,
    columnOffset: -HEAD.length,
    ...(compiled === null ? {} : { cachedData: compiled }),
  });
}

/** The text of a bundle between `HEAD` and `TAIL`. Joined as strings, it would be in memory twice until garbage is collected. */
function wrapped(bundle: string): string {
  const file = openSync(bundle, 'r');
  try {
    const { size } = fstatSync(file);
    const bytes = Buffer.allocUnsafeSlow(HEAD.length + size + TAIL.length);
    let end = bytes.write(HEAD, 'latin1');
    for (let read = -1; read !== 0; end += read)
      read = readSync(file, bytes, end, HEAD.length + size - end, null);
    end += bytes.write(TAIL, end, 'latin1');
    // The build leaves only ASCII in bundles, and this is read three times faster.
    return bytes.toString('latin1', 0, end);
  } finally {
    closeSync(file);
  }
}

/** Runs the script of a bundle. Returns the scripts of all its parts, which grow with what it requires. */
function evaluate(
  bundle: string,
  script: Script,
  compiledOf: (path: string) => Buffer | null,
): ReadonlyMap<string, Script> {
  const scripts = new Map<string, Script>();
  const modules = new Map<string, { exports: unknown }>();
  const directory = dirname(bundle);
  const requireModule = createRequire(bundle);
  // Only parts are required by a relative path: what is bundled has none any more.
  const requirePart = Object.assign((id: string): unknown => {
    if (!id.startsWith('./')) return asCompiled(() => requireModule(id));
    const path = join(directory, id);
    return (
      modules.get(path) ??
      run(
        path,
        asCompiled(() => load(path, compiledOf(path))),
      )
    ).exports;
  }, requireModule);
  const run = (path: string, part: Script): { exports: unknown } => {
    const module = { exports: {} };
    scripts.set(path, part);
    modules.set(path, module);
    // What `HEAD` wraps is a function of these five.
    const body = part.runInThisContext() as (...args: unknown[]) => void;
    body.call(module.exports, module.exports, requirePart, module, path, directory);
    return module;
  };
  setFlagsFromString('--no-opt');
  run(bundle, script);
  return scripts;
}

/** V8 refuses a compiled form, ours and those of Node.js, under another option than it was made with. */
function asCompiled<T>(load: () => T): T {
  setFlagsFromString('--opt');
  try {
    return load();
  } finally {
    setFlagsFromString('--no-opt');
  }
}

/** In another process, since it takes memory that this one would keep. */
function compileInBackground(bundle: string, compiler: string): void {
  try {
    accessSync(dirname(bundle), constants.W_OK);
  } catch {
    return; // installed by another user, or read-only: every start compiles
  }
  const { PATH, NODE_OPTIONS } = process.env;
  const child = spawn(process.execPath, [...process.execArgv, compiler, bundle], {
    cwd: '/',
    env: { PATH, NODE_OPTIONS }, // the options decide which form it is; nothing else is its business
    stdio: 'ignore',
  });
  child.on('error', () => undefined); // no memory for a process: the next start tries again
  child.unref();
}
