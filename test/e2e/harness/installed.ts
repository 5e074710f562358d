import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { read, root } from '../../repo/files';
import { copyRepository, lendDependencies } from './clone';

/** ccbot installed as on a machine without the repository. */
export interface Installed {
  /** The prefix of `npm install --global --prefix`. */
  prefix: string;
  /** A PATH that contains its programs. */
  path: string;
  /** Installs another version as npm does: replaces the old folder by the new one. */
  upgradeTo(version: string): void;
}

/** The arguments of a Dockerfile instruction, with continued lines joined. */
export const dockerLines = (verb: string): string[] =>
  read('Dockerfile')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .flatMap((line) => new RegExp(`^${verb}\\s+(.*)$`).exec(line)?.[1] ?? []);

/**
 * Builds and packs by the lines of the Dockerfile, from the files that are not ignored, and unpacks the tarballs as
 * `npm install --global` would, with the third-party packages of this clone. The lines that need a registry (`npm ci`,
 * `npm install --global`, `apt-get`) are replaced.
 */
export function installFromDockerfile(dir: string): Installed {
  const source = join(dir, 'src');
  const prefix = join(dir, 'prefix');
  const ignored = read('.dockerignore').split('\n').filter(Boolean);
  copyRepository(source, (path) => !ignored.some((pattern) => isBelow(path, pattern)));
  lendDependencies(source);
  for (const line of dockerLines('RUN').filter((run) => run.startsWith('npm run '))) {
    const env = { ...process.env, npm_config_offline: 'true', npm_config_update_notifier: 'false' };
    const { status, stderr } = spawnSync('sh', ['-c', line], { cwd: source, encoding: 'utf8', env });
    if (status !== 0) throw new Error(`${line}: ${stderr}`);
  }
  const modules = join(prefix, 'lib/node_modules');
  for (const tarball of readdirSync(join(source, 'packed'))) {
    const to = join(modules, '@ccbot', /^ccbot-([a-z]+)-/.exec(tarball)?.[1] ?? basename(tarball));
    mkdirSync(to, { recursive: true });
    const args = ['-xzf', join(source, 'packed', tarball), '-C', to, '--strip-components=1'];
    if (spawnSync('tar', args).status !== 0) throw new Error(`cannot unpack ${tarball}`);
    const { dependencies } = JSON.parse(readFileSync(join(to, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    for (const name of Object.keys(dependencies).filter((d) => !d.startsWith('@ccbot/'))) {
      mkdirSync(dirname(join(modules, name)), { recursive: true });
      rmSync(join(modules, name), { force: true });
      symlinkSync(join(root, 'node_modules', name), join(modules, name));
    }
  }
  mkdirSync(join(prefix, 'bin'));
  for (const [name, program] of [
    ['ccbot', 'supervisor/bin/ccbot.js'],
    ['ccbot-worker', 'worker/bin/ccbot-worker.js'],
  ] as const)
    symlinkSync(join(modules, '@ccbot', program), join(prefix, 'bin', name));
  rmSync(source, { recursive: true, force: true });
  return {
    prefix,
    path: `${join(prefix, 'bin')}:${dirname(process.execPath)}:/usr/bin:/bin`,
    upgradeTo(version) {
      for (const name of ['supervisor', 'worker']) {
        const folder = join(modules, '@ccbot', name);
        const next = join(modules, '@ccbot', `.${name}-next`);
        cpSync(folder, next, { recursive: true });
        const { version: old } = JSON.parse(readFileSync(join(next, 'package.json'), 'utf8')) as {
          version: string;
        };
        for (const file of ['package.json', ...programsIn(next)]) {
          const text = readFileSync(join(next, file), 'utf8');
          writeFileSync(join(next, file), text.replace(inQuotes(old), `"${version}"`));
        }
        renameSync(folder, join(modules, '@ccbot', `.${name}-old`));
        renameSync(next, folder);
        rmSync(join(modules, '@ccbot', `.${name}-old`), { recursive: true });
      }
    },
  };
}

/** A text in quotes, where esbuild may have broken the line in the middle of it. */
const inQuotes = (text: string): RegExp =>
  new RegExp(['"', ...text, '"'].map((character) => character.replace('.', '\\.')).join('(?:\\\\\n)?'), 'g');

const programsIn = (folder: string): string[] =>
  readdirSync(join(folder, 'dist'))
    .filter((name) => name.endsWith('.js'))
    .map((name) => join('dist', name));

/** Whether a line of `.dockerignore` matches a path. Supports what the file uses: names, and names at any depth. */
function isBelow(path: string, pattern: string): boolean {
  const name = pattern.replace(/^\*\*\//, '');
  return pattern.startsWith('**/')
    ? path.split('/').includes(name)
    : path === name || path.startsWith(`${name}/`);
}
