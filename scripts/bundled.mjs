// Runs a development program in TypeScript, such as the bench or a chaos run.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { existsSync } from 'node:fs';
import { prepare, root } from './prepare.mjs';

/**
 * Bundles `entry`, runs it with the arguments of this process and exits with its code. The clone is prepared first;
 * with `needsPrograms: false` only where nothing is installed yet.
 */
export async function runBundled(entry, { needsPrograms = true } = {}) {
  if (needsPrograms || !existsSync(join(root, 'node_modules/esbuild'))) await prepare();
  // Not imported above, because it may not be installed before `prepare`.
  const { build } = createRequire(import.meta.url)('esbuild');
  const outfile = join(root, '.cache', `${basename(dirname(entry))}.js`);
  await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    sourcemap: 'inline',
    logLevel: 'warning',
    external: ['@napi-rs/canvas', '@photostructure/sqlite', 'fs-ext', 'node-pty', '@swc/core', 'esbuild'],
    loader: { '.html': 'text', '.css': 'text' },
  });
  const child = spawn(process.execPath, ['--enable-source-maps', outfile, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, CCBOT_ROOT: root },
  });
  // Ctrl-C reaches the child too, which cleans up while this process waits for it.
  process.on('SIGINT', () => undefined).on('SIGTERM', () => child.kill('SIGTERM'));
  process.exitCode = await new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
}
