// Reads: scripts/build.mjs scripts/parts.mjs scripts/common-js.mjs
import { spawnSync } from 'node:child_process';
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

// The second part copies what it imports, when it is loaded.
it.each(['supervisor/dist/ccbot.js', 'worker/dist/ccbot-worker.js'])(
  'gives what %s exports to its second part a value as it is loaded',
  (program) => {
    const script = `const exported = require(${JSON.stringify(join(root, 'packages', program))});
      const names = Object.keys(exported);
      console.error(JSON.stringify([names.length > 100, names.filter((name) => exported[name] === undefined)]));`;
    const { stderr } = spawnSync(process.execPath, ['-e', script, program, '--version'], {
      encoding: 'utf8',
    });
    expect(stderr.trim()).toBe('[true,[]]');
  },
);

it('never changes later what a first part exports', () => {
  for (const program of ['ccbot', 'ccbot-worker']) {
    const text = partsOf(program)[0]?.text ?? '';
    const names = [...text.matchAll(/get [\w$]+\(\)\{return ([\w$]+)\}/g)].map(([, name = '']) => name);
    expect(names.length).toBeGreaterThan(100);
    const assigned = (name: string): RegExpMatchArray[] => [
      ...text.matchAll(
        new RegExp(`(?<![\\w$.])${name.replaceAll('$', '\\$')}(?:=(?![=>])|\\+\\+|--|[-+*|&?]{1,2}=)`, 'g'),
      ),
    ];
    expect(names.filter((name) => assigned(name).length > 1)).toEqual([]);
  }
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
