// Reads: scripts/build.mjs
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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

/** The program that a worker starts with, and what it loads after its first poll. */
const partsOfWorker = (): string[] => bundles.filter((path) => /\/ccbot-worker(?:-\w+)?\.js$/.test(path));

it('holds what a worker loads after its first poll in one other file, which no older build left', () => {
  const [first, second] = partsOfWorker()
    .map((path) => ({ path: path.replace(/^.*\//, ''), text: readFileSync(path, 'utf8') }))
    .sort((a, b) => a.path.length - b.path.length);
  expect(partsOfWorker()).toHaveLength(2);
  expect(first?.text).toContain(second?.path);
  expect([first?.text.includes('src/app/kernel.ts'), second?.text.includes('src/app/kernel.ts')]).toEqual([
    false,
    true,
  ]);
  expect(second?.text).toContain('require("./ccbot-worker.js")');
  expect(second?.text).not.toContain('src/telegram/poll.ts');
});

it('holds the client of the cluster in a file of its own, which only a machine with a cluster loads', () => {
  const names = bundles.filter((bundle) => readFileSync(bundle, 'utf8').includes('node_modules/@nats-io/'));
  expect(names.map((bundle) => bundle.replace(root, ''))).toEqual(['/packages/worker/dist/nats-client.js']);
  const worker = partsOfWorker().map((path) => readFileSync(path, 'utf8'));
  const loads = [
    ...worker
      .join('\n')
      .replaceAll('\\\n', '')
      .matchAll(/^.*nats-client\.js.*$/gm),
  ].map(([line]) => line.trim());
  expect(loads).toEqual([expect.stringMatching(/Promise\.resolve\(\)\.then\(|import\(/) as string]);
});
