import { setPriority } from 'node:os';
import { COMPILING_ENV } from './compiling';
import { compileBundle, runBundle } from './run';

/** Runs a bundle from its compiled form. */
export function run(bundle: string): void {
  runBundle(bundle, __filename);
}

// As a program, `node compiled.js BUNDLE` makes the compiled form for this Node.js and its options.
if (require.main === module) {
  if (process.env[COMPILING_ENV] === undefined) setPriority(19); // not a build, so nobody waits for it
  const bundle = process.argv[2] ?? '';
  process.argv.splice(1, 2, bundle, '--version');
  process.env[COMPILING_ENV] = '1';
  compileBundle(bundle);
}
