import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(__dirname, '../../../..');

/** The rooms that a poll needs; all others are loaded after it. Models may be imported from anywhere, and are small. */
const ROOMS = ['app', 'inbox', 'metrics', 'store', 'telegram'];

it('loads nothing before the first poll that the poll does not need', async () => {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['packages/worker/src/main.ts'],
    write: false,
    bundle: true,
    platform: 'node',
    metafile: true,
    outdir: 'nowhere',
    external: ['@napi-rs/canvas', '@photostructure/sqlite', 'fs-ext', 'node-pty'],
    logLevel: 'error',
    plugins: [
      {
        name: 'without-what-is-loaded-later',
        setup(bundler) {
          bundler.onResolve({ filter: /./ }, ({ path, kind }) =>
            kind === 'dynamic-import' ? { path, external: true } : undefined,
          );
        },
      },
    ],
  });
  const loaded = Object.keys(metafile.inputs);
  const strange = loaded
    .filter((path) => path.startsWith('packages/worker/src/') && path !== 'packages/worker/src/main.ts')
    .filter((path) => !ROOMS.includes(path.split('/')[3] ?? '') && !path.endsWith('/model.ts'));
  expect(strange).toEqual([]);
  expect(loaded.filter((path) => /node_modules\/(?:telegraf|node-fetch|winston)\//.test(path))).toEqual([]);
  expect(loaded).toContain('packages/worker/src/telegram/poll.ts');
  expect(loaded.filter((path) => /app\/(?:bridge|kernel|open-world)\.ts$/.test(path))).toEqual([]);
});
