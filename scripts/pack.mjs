// `npm run pack`: writes tarballs of the two packages to packed/, for machines without this repository:
//   npm install --global ./packed/*.tgz
// Most dependencies are bundled. The addons that were built here are carried along, so a machine of the same kind with the
// same line of Node.js needs no compiler. SQLite, fonts and the drawing of screens come from the registry, prebuilt.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { orExplain, prepare, root } from './prepare.mjs';

/** What the addons need when they run: their scripts and what was compiled. */
const ADDONS = {
  'fs-ext': ['package.json', 'LICENSE.txt', 'fs-ext.js', 'build/Release/fs_ext.node'],
  'node-pty': ['package.json', 'LICENSE', 'lib', 'build/Release/pty.node', 'build/Release/spawn-helper'],
};

/** The folder of an addon's package beside the bundle; `packages/shared/src/addons/load.ts` looks there. */
const folderOf = (addon) =>
  join('addons', `${process.platform}-${process.arch}-${process.versions.modules}`, addon);

/** Copies what runs, without tests and source maps. */
const copy = (from, to) =>
  cpSync(from, to, { recursive: true, filter: (path) => !/\.test\.js$|\.map$/.test(path) });

/** A copy of a package as it is packed: with the addons that it needs, which are no dependencies then. */
function stage(name, to) {
  const from = join(root, 'packages', name);
  for (const part of ['bin', 'dist', 'package.json'])
    cpSync(join(from, part), join(to, part), { recursive: true });
  const manifest = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8'));
  for (const [addon, parts] of Object.entries(ADDONS)) {
    if (manifest.dependencies[addon] === undefined) continue;
    delete manifest.dependencies[addon];
    for (const part of parts) {
      const source = join(root, 'node_modules', addon, part);
      if (existsSync(source)) copy(source, join(to, 'dist', folderOf(addon), part));
    }
  }
  manifest.files.push('dist/addons');
  manifest.os = [process.platform];
  manifest.cpu = [process.arch];
  writeFileSync(join(to, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

await orExplain(async () => {
  await prepare({ dev: false });
  const to = process.argv[2] ?? join(root, 'packed');
  mkdirSync(to, { recursive: true });
  const staging = mkdtempSync(join(tmpdir(), 'ccbot-pack-'));
  try {
    for (const name of ['worker', 'supervisor']) {
      const folder = join(staging, name);
      stage(name, folder);
      const { status, stdout } = spawnSync('npm', ['pack', '--silent', folder, '--pack-destination', to], {
        cwd: root,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      if (status !== 0) throw new Error(`npm pack failed (${status})`);
      console.log(join(to, basename(stdout.trim())));
    }
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
});
