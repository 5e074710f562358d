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
