import { spawn } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Script } from 'node:vm';
import { readCompiled, writeCompiled } from './store';

/** As Node.js wraps a CommonJS module. */
const HEAD = '(function (exports, require, module, __filename, __dirname) { ';
const TAIL = '\n})';

/** A program that runs this long is worth compiling for its next start, and is no longer busy with this one; ms. */
const SETTLED_MS = 10_000;

/**
 * Runs a bundle from its compiled form, which spares V8 parsing it at each start, and the memory that takes. Without one,
 * as after an upgrade of Node.js, the bundle is compiled as usual, and `compiler`, the program that makes the form, is
 * run when this program has settled.
 */
export function runBundle(bundle: string, compiler: string, settledMs = SETTLED_MS): void {
  const compiled = readCompiled(bundle);
  if (compiled !== null) return evaluate(bundle, load(bundle, compiled));
  setTimeout(() => compileInBackground(bundle, compiler), settledMs).unref();
  createRequire(bundle)(bundle);
}

/**
 * Runs a bundle and stores its compiled form when the process exits, with the functions that ran until then. The caller
 * gives the program a command that only loads it.
 */
export function compileBundle(bundle: string): void {
  const script = load(bundle);
  process.once('exit', () => writeCompiled(bundle, script.createCachedData()));
  evaluate(bundle, script);
}

function load(bundle: string, cachedData?: Buffer): Script {
  // The build leaves only ASCII in bundles, and this is read three times faster.
  return new Script(`${HEAD}${readFileSync(bundle, 'latin1')}${TAIL}`, {
    filename: bundle,
    columnOffset: -HEAD.length,
    cachedData,
  });
}

function evaluate(bundle: string, script: Script): void {
  const module = { exports: {} };
  // What `HEAD` wraps is a function of these five.
  const run = script.runInThisContext() as (...args: unknown[]) => void;
  run.call(module.exports, module.exports, createRequire(bundle), module, bundle, dirname(bundle));
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
