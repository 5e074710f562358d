// Reads: packages/*.ts oxlint.config.mjs
import { join } from 'node:path';
import { chainTo, importGraph, type ImportGraph } from './import-graph';
import { arrows, cycles, importsWithin, isAllowed, KERNEL, PROGRAMS } from './rooms';

const root = join(__dirname, '../..');

/** What acts: a file that decides must not reach it by any chain of imports. */
const acts = /^(node:|telegraf|node-pty|winston|@photostructure\/sqlite|fs-ext)/;

/** Files that decide. */
const decides = /\/(machine|reduce|route|render|decide|parse|coalesce|pace)\.ts$|\/machine\/[^/]+\.ts$/;

/** Which package may import which. */
const packages: Record<string, readonly string[]> = {
  shared: [],
  supervisor: ['shared'],
  worker: ['shared'],
  sandbox: ['shared'],
};

let graph: ImportGraph;
beforeAll(async () => {
  graph = await importGraph(root);
});

it('sees the whole program', () => {
  expect([...graph.keys()]).toEqual(
    expect.arrayContaining(['packages/worker/src/cards/reduce.ts', 'packages/shared/src/lock/flock.ts']),
  );
  expect(graph.get('packages/shared/src/config/env-file.ts')).toContain('dotenv');
});

it('lets a file that decides reach nothing that acts', () => {
  const wrong = [...graph.keys()]
    .filter((file) => decides.test(file) && !file.includes('node_modules'))
    .map((file) => chainTo(graph, file, (imported) => acts.test(imported)))
    .filter((chain) => chain !== null)
    .map((chain) => chain.join(' > '));
  expect(wrong).toEqual([]);
});

it('keeps the packages apart', () => {
  const wrong = edges((file) => /^packages\/([^/]+)\/src\//.exec(file)?.[1]).filter(
    ({ from, to }) => !(packages[from] ?? []).includes(to),
  );
  expect(wrong.map((e) => e.text)).toEqual([]);
});

it('lets data pass the rooms of the worker one way, types included', () => {
  const wrong = arrows(root)
    .filter((arrow) => !isAllowed(arrow))
    .map(({ importer, imported }) => `${inSource(importer)} > ${inSource(imported)}`);
  expect(wrong).toEqual([]);
});

it.each(Object.keys(packages))('has no cycle of imports in %s, types included', (name) => {
  expect(cycles(importsWithin(root, name)).map((cycle) => cycle.join(' > '))).toEqual([]);
});

it('finds a cycle when there is one', () => {
  const imports = [
    { importer: 'a.ts', imported: 'b.ts' },
    { importer: 'b.ts', imported: 'c.ts' },
    { importer: 'c.ts', imported: 'b.ts' },
  ];
  expect(cycles(imports)).toEqual([['b.ts', 'c.ts', 'b.ts']]);
});

it('knows every room of the worker', () => {
  const rooms = new Set(arrows(root).flatMap(({ from, to }) => [from, to]));
  const known: readonly string[] = ['app', ...KERNEL, ...Object.keys(PROGRAMS)];
  expect([...rooms].filter((room) => !known.includes(room) && !room.startsWith('features/'))).toEqual([]);
});

it('finds a chain of imports when there is one', () => {
  const small: ImportGraph = new Map([
    ['a/decide.ts', ['a/other.ts']],
    ['a/other.ts', ['node:fs']],
  ]);
  expect(chainTo(small, 'a/decide.ts', (i) => acts.test(i))).toEqual([
    'a/decide.ts',
    'a/other.ts',
    'node:fs',
  ]);
  expect(chainTo(small, 'a/decide.ts', (i) => i === 'node:net')).toBeNull();
});

const inSource = (file: string): string => file.replace('packages/worker/src/', '');

/** Imports that cross from one group to another. */
function edges(groupOf: (file: string) => string | undefined): {
  from: string;
  to: string;
  /** The file that is imported. */
  file: string;
  text: string;
}[] {
  return [...graph].flatMap(([importer, imports]) =>
    imports.flatMap((file) => {
      const [from, to] = [groupOf(importer), groupOf(file)];
      return from === undefined || to === undefined || from === to
        ? []
        : [{ from, to, file, text: `${importer} > ${file}` }];
    }),
  );
}
