// `npm run chaos -- --seed N --faults M`: a real supervisor and worker under random faults, with the sandbox as
// Telegram. Checks that there is never a second poller, that no message is lost or handled twice, that nothing is
// left behind; exits 1 otherwise. The seed replays a run; --only NAME chooses a fault, --verbose tells more.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { orExplain, prepare, root } from './prepare.mjs';

await orExplain(async () => {
  await prepare();
  const { build } = createRequire(import.meta.url)('esbuild');
  const outfile = join(root, '.cache', 'chaos.js');
  await build({
    absWorkingDir: root,
    entryPoints: ['test/chaos/main.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    sourcemap: 'inline',
    logLevel: 'warning',
    external: ['better-sqlite3', 'fs-ext', 'node-pty'],
    loader: { '.html': 'text', '.css': 'text' },
  });
  const child = spawn(process.execPath, ['--enable-source-maps', outfile, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, CCBOT_ROOT: root },
  });
  // Ctrl-C reaches the child too, which cleans up; this process only waits for it.
  process.on('SIGINT', () => undefined).on('SIGTERM', () => child.kill('SIGTERM'));
  process.exitCode = await new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
});
