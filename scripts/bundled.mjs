// Runs a program of the repository that is written in TypeScript and needs the sandbox: the bench, the chaos run.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { prepare, root } from './prepare.mjs';

/** Prepares the clone, bundles `entry`, runs it with the arguments of this process and ends with its exit code. */
export async function runBundled(entry) {
  await prepare();
  // Not imported above: before `prepare` it may not be installed.
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
    external: ['@napi-rs/canvas', 'better-sqlite3', 'fs-ext', 'node-pty'],
    loader: { '.html': 'text', '.css': 'text' },
  });
  const child = spawn(process.execPath, ['--enable-source-maps', outfile, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, CCBOT_ROOT: root },
  });
  // Ctrl-C reaches the child too, which cleans up; this process only waits for it.
  process.on('SIGINT', () => undefined).on('SIGTERM', () => child.kill('SIGTERM'));
  process.exitCode = await new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
}
