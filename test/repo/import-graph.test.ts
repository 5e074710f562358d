import { join } from 'node:path';
import { chainTo, importGraph, type ImportGraph } from './import-graph';

const root = join(__dirname, '../..');

/** What acts: a file that decides must not reach it by any chain of imports. */
const acts = /^(node:|telegraf|node-pty|winston|better-sqlite3|fs-ext)/;

/** Files that decide. */
const decides = /\/(machine|reduce|route|render|decide|parse|coalesce|pace)\.ts$/;

/** Which package may import which. */
const packages: Record<string, readonly string[]> = {
  shared: [],
  supervisor: ['shared'],
  worker: ['shared'],
  sandbox: ['shared'],
};

/**
 * Which station of the worker may import which at run time (types may be imported from anywhere). Two ways
 * through, both from left to right, and nothing back:
 *
 *     telegram > inbound > router > sessions > terminal                             person to agent
 *     terminal, transcript, hooks > observe > sessions > cards > outbox > telegram  agent to person
 *     hooks > observe > asks > cards > outbox, and router > asks > the waiting hook  agent to person and back
 *
 * What a station needs from further back is handed in by main.ts, as a port the station itself declares.
 */
const stations: Record<string, readonly string[]> = {
  telegram: ['inbound'],
  inbound: ['router', 'sessions'],
  router: ['sessions', 'asks'],
  asks: ['sessions', 'agents', 'cards', 'outbox'],
  sessions: ['terminal', 'agents', 'cards', 'outbox'],
  observe: ['terminal', 'agents', 'sessions', 'asks'],
  agents: [],
  terminal: [],
  picture: ['terminal'],
  login: ['terminal', 'cards'],
  cards: ['outbox'],
  outbox: ['telegram'],
  store: [],
  hook: ['agents', 'terminal'], // a program of its own
  send: ['hook', 'cards', 'outbox'], // a program of its own, and the worker's end of it
  words: [],
  metrics: [], // counts what passes; told of it, asks nobody
  canary: ['agents', 'hook', 'sessions', 'terminal'], // lets an agent live through two turns
  moving: ['agents', 'cards', 'sessions', 'store'], // brings over what another bot kept
  doctor: ['agents', 'canary', 'hook', 'sessions', 'store'], // looks at everything, and nobody asks it but `ccbot doctor`
};

/** Files that any station may import, since both ends of a way have to agree on them. */
const agreements: Record<string, string> = {
  'router/buttons.ts': 'what stands in a button: written with the view, read when it is tapped',
  'words/': 'what the person reads',
};

let graph: ImportGraph;
beforeAll(async () => {
  graph = await importGraph(root);
}, 60_000);

it('sees the whole program', () => {
  expect([...graph.keys()]).toEqual(
    expect.arrayContaining(['packages/worker/src/cards/reduce.ts', 'packages/shared/src/lock/flock.ts']),
  );
  expect(graph.get('packages/shared/src/lock/flock.ts')).toContain('fs-ext');
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

it('lets data pass the stations of the worker one way', () => {
  const wrong = edges(stationOf).filter(
    ({ from, to, file }) =>
      from !== 'main' &&
      !(stations[from] ?? []).includes(to) &&
      !Object.keys(agreements).some((path) => file.startsWith(`packages/worker/src/${path}`)),
  );
  expect(wrong.map((e) => e.text)).toEqual([]);
});

it('knows every station of the worker', () => {
  const there = new Set([...graph.keys()].map(stationOf));
  const known = [undefined, 'main', ...Object.keys(stations)];
  expect([...there].filter((station) => !known.includes(station))).toEqual([]);
});

it('finds a way back when there is one', () => {
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

/** The station a worker's file belongs to. Files beside the stations (main, cli, beat) and those of `run` and `compose` wire them: they count as `main`, which knows everyone. */
function stationOf(file: string): string | undefined {
  const match = /^packages\/worker\/src\/(?:([^/]+)\/)?[^/]+/.exec(file);
  if (match === null) return undefined;
  const [, folder = 'main'] = match;
  return folder === 'run' || folder === 'compose' ? 'main' : folder;
}

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
