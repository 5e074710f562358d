// Reads: scripts/reach.mjs scripts/check.mjs test/long-tests.cjs test/repo/
import {
  importersOf,
  isFuzzed,
  isReadBy,
  longTests,
  nearest,
  reach,
  readBy,
  type Importers,
} from '../../scripts/reach.mjs';
import { read, repositoryFiles, root } from './files';

let importers: Importers;
beforeAll(() => {
  importers = importersOf(root);
});

const reachedBy = (...changed: string[]): string[] => reach(changed, importers).tests;

describe('npm run check', () => {
  it('runs the tests that import a changed file, at any distance', () => {
    const tests = reachedBy('packages/worker/src/cards/render.ts');
    expect(tests).toContain('packages/worker/src/cards/render.test.ts');
    expect(tests).toContain('packages/worker/src/features/limits/view.test.ts');
    expect(tests).not.toContain('packages/worker/src/inbox/journal.test.ts');
  });

  it('runs the tests of other packages that import it', () => {
    const tests = reachedBy('packages/shared/src/lock/flock.ts');
    expect(tests).toContain('packages/shared/src/lock/flock.test.ts');
    expect(tests.some((test) => test.startsWith('packages/supervisor/'))).toBe(true);
  });

  it('runs the tests of a whole program only in the room of the change, and names the others', () => {
    const { tests, whole } = reach(['packages/worker/src/attachments/fetch.ts'], importers);
    expect(tests).toContain('packages/worker/src/attachments/attachments.test.ts');
    expect(tests).not.toContain('packages/worker/src/app/kernel.test.ts');
    expect(whole).toContain('packages/worker/src/app/kernel.test.ts');
  });

  it('runs the tests that start a changed program, or one that imports it', () => {
    expect(reachedBy('packages/supervisor/src/fixtures/worker.js')).toContain(
      'packages/supervisor/src/supervise.test.ts',
    );
    expect(reachedBy('packages/worker/src/terminal/fixtures/typist.mjs')).toContain(
      'packages/worker/src/terminal/tmux/panes.test.ts',
    );
    expect(reachedBy('packages/supervisor/src/supervise.ts')).toContain(
      'packages/supervisor/src/supervise.test.ts',
    );
  });

  it('runs the tests of the room when nothing imports the changed file', () => {
    expect(reachedBy('packages/worker/src/store/fixtures/ccbot-2026-11.sql')).toContain(
      'packages/worker/src/store/today.test.ts',
    );
    expect(reachedBy('packages/worker/src/words/locales/no-such-file.ts')).toContain(
      'packages/worker/src/words/locales.test.ts',
    );
  });

  it('puts the nearest tests first, and takes no file in the source folder for all of its rooms', () => {
    const tests = reachedBy('packages/shared/src/one-line.ts');
    expect(tests[0]).toBe('packages/shared/src/one-line.test.ts');
    expect(tests.length).toBeGreaterThan(100);
    expect(reachedBy('packages/worker/src/cli.ts')).not.toContain('packages/worker/src/cards/render.test.ts');
  });

  it('runs fewer files where they take long, and of two as near the shorter', () => {
    const short = Array.from({ length: 40 }, (_, i) => `packages/worker/src/cards/short-${i}.test.ts`);
    const long = longTests.slice(-10);
    expect(nearest(short)).toEqual(short.slice(0, 10));
    expect(nearest(long)).toEqual(long.slice(0, 2));
    expect(nearest([...long, ...short])).toEqual([...long.slice(0, 2), ...short.slice(0, 2)]);
    const tests = reachedBy('packages/supervisor/src/step.ts');
    const at = (name: string): number => tests.indexOf(`packages/supervisor/src/${name}.test.ts`);
    expect(at('machine')).toBeGreaterThanOrEqual(0);
    expect(at('terminals')).toBeLessThan(at('supervise'));
  });

  it('tries a file of patterns on foreign texts, and no other file because of it', () => {
    expect(reachedBy('packages/worker/src/words/markdown.ts')).not.toContain(
      'packages/worker/src/foreign-text.test.ts',
    );
    expect(isFuzzed(['packages/worker/src/words/markdown.ts'], read)).toBe(true);
    expect(isFuzzed(['packages/worker/src/features/limits/commands.ts'], read)).toBe(false);
  });

  it('runs a changed test, and no test for a document', () => {
    const test = 'packages/shared/src/one-line.test.ts';
    expect(reachedBy(test)).toContain(test);
    expect(reachedBy('README.md')).toEqual([]);
  });

  it('gets to every test by some product file', () => {
    const product = repositoryFiles().filter(
      (path) => /^packages\/[^/]+\/src\/.*\.ts$/.test(path) && !path.endsWith('.test.ts'),
    );
    const { tests, whole } = reach(product, importers);
    const reached = new Set([...tests, ...whole]);
    const units = repositoryFiles().filter((path) => /^packages\/.*\.test\.ts$/.test(path));
    expect(units.length).toBeGreaterThan(300);
    expect(units.filter((path) => !reached.has(path))).toEqual([]);
  });
});

it('knows of no long test that is gone', () => {
  const files = repositoryFiles();
  expect(longTests.filter((end) => !files.some((path) => path.endsWith(`/${end}`) || path === end))).toEqual(
    [],
  );
});

it('knows of every test of the repository what it reads, and that it is there', () => {
  const files = repositoryFiles();
  const tests = files.filter((path) => /^test\/repo\/.*\.test\.ts$/.test(path));
  const missing = tests.flatMap((path) =>
    (readBy(read(path)) ?? [])
      .filter((pattern) => !files.some((file) => isReadBy([pattern], file)))
      .map((pattern) => `${path}: ${pattern}`),
  );
  expect(missing).toEqual([]);
  // Every text of the repository.
  expect(tests.filter((path) => readBy(read(path)) === null)).toEqual(['test/repo/text.test.ts']);
});
