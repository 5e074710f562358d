// What the last build made, and from what: `packages/supervisor/dist/built.json`. It lies beside the programs, so whoever
// removes or copies them takes it along.
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** Its time is when each program was last found to be of the sources as they are: `prepare.mjs` compares it. */
const BUILT = 'packages/supervisor/dist/built.json';

/** Unit → its inputs and outputs, of those units for which neither has changed since they were built. */
export function readBuilt(root, missing) {
  const path = join(root, BUILT);
  if (!existsSync(path)) return {};
  let built;
  try {
    built = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return {}; // damaged: everything is built
  }
  if (built.key !== keyOf(root, missing)) return {};
  const isSame = ([file, state]) => stateOfFile(root, file) === state;
  const isUnchanged = ({ inputs, outputs }) =>
    [inputs, outputs].every((files) => Object.entries(files).every(isSame));
  return Object.fromEntries(Object.entries(built.units).filter(([, unit]) => isUnchanged(unit)));
}

export function writeBuilt(root, missing, units) {
  const path = join(root, BUILT);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.${process.pid}.tmp`, JSON.stringify({ key: keyOf(root, missing), units }));
  renameSync(`${path}.${process.pid}.tmp`, path);
}

/**
 * File → its size and time, by which a change is seen. One that was changed after `since`, ms since 1970, may have been
 * read before, and counts as changed the next time.
 */
export function stateOf(root, paths, since = Infinity) {
  const entries = paths
    .map((path) => relative(root, path))
    .map((file) => [file, stateOfFile(root, file, since)]);
  return Object.fromEntries(entries);
}

function stateOfFile(root, file, since = Infinity) {
  const stats = statSync(join(root, file), { throwIfNoEntry: false });
  return stats === undefined || stats.mtimeMs > since ? 'changed' : `${stats.size} ${stats.mtimeMs}`;
}

/** Everything else that decides what is built. */
function keyOf(root, missing) {
  const files = [
    'package-lock.json',
    'tsconfig.base.json',
    ...readdirSync(join(root, 'scripts'))
      .filter((name) => name.endsWith('.mjs'))
      .map((name) => `scripts/${name}`),
    ...readdirSync(join(root, 'packages')).flatMap((name) =>
      ['package.json', 'tsconfig.json'].map((file) => `packages/${name}/${file}`),
    ),
  ];
  const hash = createHash('sha256').update(missing.join());
  for (const file of files.filter((path) => existsSync(join(root, path))))
    hash.update(readFileSync(join(root, file)));
  return hash.digest('hex');
}
