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

it('holds the client of the cluster in a file of its own, which only a machine with a cluster loads', () => {
  const names = bundles.filter((bundle) => readFileSync(bundle, 'utf8').includes('node_modules/@nats-io/'));
  expect(names.map((bundle) => bundle.replace(root, ''))).toEqual(['/packages/worker/dist/nats-client.js']);
  const worker = readFileSync(join(root, 'packages/worker/dist/ccbot-worker.js'), 'utf8');
  const loads = [...worker.matchAll(/^.*nats-client\.js.*$/gm)].map(([line]) => line.trim());
  expect(loads).toEqual([expect.stringMatching(/Promise\.resolve\(\)\.then\(|import\(/) as string]);
});
