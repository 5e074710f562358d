// Which tests a change reaches: those that run a changed file, found in the imports of all files.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import longTests from '../test/long-tests.cjs';

export { longTests };

const isTest = (path) => path.endsWith('.test.ts');
const isLong = (test) => longTests.some((end) => test.endsWith(end));

/**
 * Files through which everything is imported. A test that gets to a change only through one of them is a test of the
 * whole program, and hardly the one that fails.
 */
export const HUBS = new Set([
  'packages/worker/src/fixtures/foreign-text.ts',
  'packages/worker/src/app/kernel.ts',
  'packages/worker/src/fixtures/kernel.ts',
  'packages/supervisor/src/ccbot.ts',
  'packages/sandbox/src/telegram/server.ts',
]);

/** The room or the feature of a file, else its package's source folder, else its folder. */
export function roomOf(path) {
  return (
    /^packages\/[^/]+\/src\/(?:features\/[^/]+|[^/]+)\//.exec(path)?.[0] ??
    /^packages\/[^/]+\/src\//.exec(path)?.[0] ??
    `${dirname(path)}/`
  );
}

/**
 * File → the files that run it: those that import it (types are for tsc), and tests and fixtures that name it in a text, as
 * they do with programs that they start. Read with patterns, since a bundler or compiler takes longer than the tests.
 */
export function importersOf(root) {
  const importers = new Map();
  for (const path of sourceFiles(root)) {
    const source = readFileSync(join(root, path), 'utf8');
    const names = isTest(path) || path.includes('/fixtures/') ? namedFiles(root, path, source) : [];
    for (const used of [...importedFiles(root, path, source), ...names]) {
      if (!importers.has(used)) importers.set(used, new Set());
      importers.get(used).add(path);
    }
  }
  return importers;
}

const IMPORT =
  /^(?:import|export) (?!type )(?:[^'";]*? from )?'([^']+)'|\b(?:import|require)\(\s*'([^']+)'/gm;

function importedFiles(root, path, source) {
  return [...source.matchAll(IMPORT)].flatMap(([, fixed, computed]) => {
    const name = fixed ?? computed;
    const target = name.startsWith('@ccbot/')
      ? name.replace(/^@ccbot\/([^/]+)\//, 'packages/$1/src/')
      : name.startsWith('.')
        ? join(dirname(path), name)
        : null;
    if (target === null) return [];
    return [`${target}.ts`, target].filter((file) => existsSync(join(root, file))).slice(0, 1);
  });
}

function sourceFiles(root) {
  const folders = [
    ...readdirSync(join(root, 'packages')).map((name) => `packages/${name}/src`),
    'test/repo',
    'test/e2e',
  ];
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((e) => e.isFile() && /\.ts$/.test(e.name) && !/\.d\.ts$/.test(e.name))
      .map((e) => relative(root, join(e.parentPath, e.name))),
  );
}

/** The files that a file names in a text, relative to its folder or to the `fixtures` in it. */
function namedFiles(root, path, source) {
  const names = source.matchAll(/['`]((?:\.\.?\/)*[\w./-]+\.\w+)['`]/g);
  return [...names]
    .flatMap(([, name]) => [join(dirname(path), name), join(dirname(path), 'fixtures', name)])
    .filter((named) => named !== path && existsSync(join(root, named)));
}

/**
 * The tests that a change reaches: `tests` to run, the nearest and then the shortest first, and `whole`, which get to it only through a hub. A
 * changed file that no other test reaches, since it is read or computed, has those of its room.
 */
export function reach(changed, importers) {
  const all = [...new Set([...importers.values()].flatMap((set) => [...set]))].filter(isTest);
  const tests = new Map();
  const far = new Set();
  for (const path of changed) {
    const near = follow(path, importers, (file) => !HUBS.has(file) || file === path);
    const hasNear = [...near.keys()].some(isTest);
    const whole = [...follow(path, importers, () => true).keys()].filter(isTest);
    const beside = (hasNear ? whole : all).filter((test) => isInRoomOf(path, test));
    for (const test of beside) tests.set(test, BESIDE);
    for (const [test, steps] of near)
      if (isTest(test)) tests.set(test, Math.min(steps, tests.get(test) ?? Infinity));
    for (const test of whole) far.add(test);
  }
  const ordered = [...tests]
    .sort(([a, m], [b, n]) => m - n || isLong(a) - isLong(b) || (a < b ? -1 : 1))
    .map(([test]) => test);
  return { tests: ordered, whole: [...far].filter((test) => !tests.has(test)).sort() };
}

/** As much is run for a change as takes some 15 s on two slow cores: one short test file is one of it. */
const WORK_MAX = 10;
const LONG_WORK = 4;

/** Those of the tests that are run for a change: what half of the program imports would run half of all tests. */
export function nearest(tests) {
  let work = 0;
  return tests.filter((test) => {
    const more = isLong(test) ? LONG_WORK : 1;
    const fits = work + more <= WORK_MAX;
    if (fits) work += more;
    return fits;
  });
}

/** As near as a test of the room is that does not import the file, in imports. */
const BESIDE = 2;

/** The files directly in a package's source folder are a room of their own, not all rooms of the package. */
function isInRoomOf(path, test) {
  const room = roomOf(path);
  return test.startsWith(room) && (/^packages\/[^/]+\/src\/$/.test(room) ? roomOf(test) === room : true);
}

/** All files from which one can get to a changed file, with itself, and how many imports away they are; `mayPass` says through which ones. */
function follow(changed, importers, mayPass) {
  const found = new Map([[changed, 0]]);
  const queue = [changed];
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    if (!mayPass(file)) continue;
    for (const importer of importers.get(file) ?? []) {
      if (found.has(importer)) continue;
      found.set(importer, found.get(file) + 1);
      queue.push(importer);
    }
  }
  return found;
}

/**
 * Whether a changed file is one that the test of foreign texts lists. That test is told the changes, and tries only those.
 *
 * @param read - the text of a file
 */
export function isFuzzed(changed, read) {
  const listed = read('packages/worker/src/fixtures/foreign-text.ts');
  return changed.some((path) => listed.includes(`'${path.replace(/^packages\/(\w+)\/src\//, '$1/')}': {`));
}

/** What the first line of a test of the repository says that it reads: beginnings of paths, `*` for any middle part. */
export function readBy(source) {
  return /^\/\/ Reads: (.*)$/m.exec(source)?.[1]?.split(/,? /) ?? null;
}

export function isReadBy(patterns, path) {
  return patterns.some((pattern) => {
    const [start, end = ''] = pattern.split('*');
    return path.startsWith(start) && path.endsWith(end);
  });
}
