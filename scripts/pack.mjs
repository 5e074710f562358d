// `npm run pack`: writes tarballs of the two packages to packed/, for machines without this repository:
//   npm install --global ./packed/*.tgz
// Most dependencies are bundled; native addons and fonts come from the registry.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { orExplain, prepare, root } from './prepare.mjs';

await orExplain(async () => {
  await prepare();
  const to = process.argv[2] ?? join(root, 'packed');
  mkdirSync(to, { recursive: true });
  const args = [
    'pack',
    '--silent',
    '-w',
    'packages/worker',
    '-w',
    'packages/supervisor',
    '--pack-destination',
    to,
  ];
  const { status, stdout } = spawnSync('npm', args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`npm pack failed (${status})`);
  for (const name of stdout.trim().split('\n')) console.log(join(to, name));
});
