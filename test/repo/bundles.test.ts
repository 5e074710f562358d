// Reads: scripts/build.mjs
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root } from './files';

const bundles = ['supervisor', 'worker', 'sandbox'].flatMap((name) => {
  const dist = join(root, 'packages', name, 'dist');
  return readdirSync(dist)
    .filter((file) => file.endsWith('.js'))
    .map((file) => join(dist, file));
});

it('holds every program in ASCII, so that V8 keeps its text in one byte a character', () => {
  expect(bundles.length).toBeGreaterThanOrEqual(7);
  for (const bundle of bundles)
    expect([bundle, /[^\0-\x7f]/.exec(readFileSync(bundle, 'utf8'))]).toEqual([bundle, null]);
});

/** A program as it starts, and what it loads later. */
const partsOf = (program: string): { name: string; text: string }[] =>
  bundles
    .map((path) => ({ name: basename(path), path }))
    .filter(({ name }) => name === `${program}.js` || new RegExp(`^${program}-[0-9a-f]{8}\\.js$`).test(name))
    .sort((a, b) => a.name.length - b.name.length)
    .map(({ name, path }) => ({ name, text: readFileSync(path, 'utf8') }));

it.each([
  ['ccbot', 'function createLocks(', 'function addSupervise('],
  ['ccbot-worker', 'function createPoll(', 'function createKernel('],
])('holds what %s needs later in one other file, which no older build left', (program, early, late) => {
  const parts = partsOf(program);
  expect(parts).toHaveLength(2);
  const [first, second] = parts;
  expect(first?.text).toContain(second?.name);
  expect(second?.text).toContain(`require("./${program}.js")`);
  const functions = (part = ''): boolean[] => [early, late].map((text) => part.includes(text));
  expect([functions(first?.text), functions(second?.text)]).toEqual([
    [true, false],
    [false, true],
  ]);
});

it('holds the client of the cluster in a file of its own, which only a machine with a cluster loads', () => {
  const names = bundles.filter((bundle) => readFileSync(bundle, 'utf8').includes('node_modules/@nats-io/'));
  expect(names.map((bundle) => bundle.replace(root, ''))).toEqual(['/packages/worker/dist/nats-client.js']);
  const worker = partsOf('ccbot-worker').map(({ text }) => text);
  const loads = [
    ...worker
      .join('\n')
      .replaceAll('\\\n', '')
      .matchAll(/^.*nats-client\.js.*$/gm),
  ].map(([line]) => line.trim());
  expect(loads).toEqual([expect.stringMatching(/Promise\.resolve\(\)\.then\(|import\(/) as string]);
});
