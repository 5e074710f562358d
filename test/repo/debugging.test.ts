// Reads: docs/debugging.md docs/machines.md packages/supervisor/src/*.ts packages/worker/src/app/once.ts
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { read, repositoryFiles, root } from './files';

const page = read('docs/debugging.md');
const sources = (folder: string): string =>
  repositoryFiles()
    .filter((path) => path.startsWith(folder) && path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .map(read)
    .join('\n');

it('shows in debugging.md only log lines that the supervisor writes', () => {
  const shown = [...page.matchAll(/^\d{4}-\S+ \S+ (info|warn|error) +supervisor: (.*?)(?: \w+=.*)?$/gm)];
  expect(shown.length).toBeGreaterThan(5);
  const code = sources('packages/supervisor/src/');
  const unknown = shown.map(([, , text]) => text ?? '').filter((text) => !code.includes(`'${text}'`));
  expect(unknown).toEqual([]);
});

it('shows in debugging.md the report of a round as it is', () => {
  const [, block = ''] = /\$ ccbot worker --once\n(updates handled:[^`]*?)```/.exec(page) ?? [];
  const labels = [...block.matchAll(/^([a-zA-Z ]+: +)/gm)].map(([label]) => label);
  const source = read('packages/worker/src/app/once.ts');
  const reported = [...source.matchAll(/`([a-z][a-zA-Z ]+: +)\$\{/g)].map(([, label]) => label);
  expect(labels.filter((label) => !reported.includes(label))).toEqual([]);
  expect(labels.length).toBeGreaterThan(6);
});

it('names in machines.md only tests that exist', () => {
  const named = [...read('docs/machines.md').matchAll(/`([\w/-]+\.test\.ts)`/g)].map(
    ([, path]) => path ?? '',
  );
  expect(named.length).toBeGreaterThan(2);
  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});
