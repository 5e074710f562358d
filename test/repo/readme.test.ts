// Reads: README.md CONTRIBUTING.md SECURITY.md docs/ packages/supervisor/src/ccbot.ts packages/supervisor/src/commands packages/*cli.ts packages/shared/src/cli/ packages/supervisor/src/metrics/ packages/worker/src/metrics/ packages/shared/src/protocol/exit-codes.ts packages/worker/src/*commands.ts
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT } from '@ccbot/shared/protocol/exit-codes';
import { KernelUnderTest } from '../../packages/worker/src/fixtures/kernel';
import { OtherMachines } from '../../packages/worker/src/fixtures/other-machines';
import { documents, read, root } from './files';

/** The first cells of a document's tables, when they are code. */
const rows = (path: string): string[] =>
  [...read(path).matchAll(/^\| `([^`]+)`/gm)].map(([, cell = '']) => cell);

/** The commands of ccbot, from its help. */
function ccbotCommands(): string[] {
  const program = join(root, 'packages/supervisor/bin/ccbot.js');
  const help = spawnSync(process.execPath, [program, '--help'], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: home },
  });
  const [, list = ''] = help.stdout.split('Commands:');
  return [...list.matchAll(/^ {2}([a-z][\w-]*)/gm)].map(([, name = '']) => name);
}

// test/e2e/readme.test.ts runs the commands.
let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'ccbot-readme-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

it('names only existing commands and options of ccbot', () => {
  const commands = ccbotCommands();
  const named = documents().flatMap((path) =>
    [...read(path).matchAll(/\b(?:npx )?ccbot ((?:[a-z][a-z-]*)(?: +(?:--?[a-z][\w-]*|[\w-]+))*)/g)]
      .map(([, words = '']) => words.split(/ +/))
      .filter(([command = '']) => commands.includes(command)),
  );
  expect(named.length).toBeGreaterThan(10);
  const help = new Map<string, string>();
  const helpOf = (words: string[]): string => {
    const key = words.join(' ');
    const known = help.get(key);
    if (known !== undefined) return known;
    const run = spawnSync(
      process.execPath,
      [join(root, 'packages/supervisor/bin/ccbot.js'), ...words, '--help'],
      {
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], HOME: home },
      },
    );
    const text = run.status === 0 ? run.stdout : `${key}: exit ${run.status} ${run.stderr}`;
    help.set(key, text);
    return text;
  };
  const wrong = named.flatMap((words) => {
    const options = words.filter((w) => w.startsWith('-'));
    const command =
      ['cluster', 'service'].includes(words[0] ?? '') && /^[a-z]+$/.test(words[1] ?? '')
        ? words.slice(0, 2)
        : words.slice(0, 1);
    const text = helpOf(command);
    return [
      ...(/^Usage: /m.test(text) ? [] : [text]),
      ...options
        .filter((o) => !new RegExp(`(^|[ ,])${o}\\b`, 'm').test(text))
        .map((o) => `${command.join(' ')} ${o}`),
    ];
  });
  expect(wrong).toEqual([]);
}, 60_000);

describe('the chat’s commands in the documents', () => {
  const commandsIn = (path: string): string[] =>
    [...read(path).matchAll(/`\/([a-z]+)\b/g)].map(([, command = '']) => command);
  const documented = new Set(commandsIn('docs/commands.md'));

  // With every command, those of a cluster included.
  const w = new KernelUnderTest();
  w.others = new OtherMachines('ada', 'gpu');
  beforeAll(() => w.open());
  afterAll(() => w.close());

  it('all exist', () => {
    const { bySlash } = w.kernel.inbox.grammar;
    const named = [...documented, ...commandsIn('README.md').filter((command) => command !== 'newbot')];
    expect(named.filter((command) => !bySlash.has(command))).toEqual([]);
  });

  it('are complete', () => {
    const known = [...w.kernel.inbox.grammar.bySlash.keys()];
    expect(known).toContain('new');
    expect(known.filter((command) => !documented.has(command))).toEqual([]);
  });
});

it('lists every command of ccbot in commands.md, and no others', () => {
  const existing = ccbotCommands();
  const listed = rows('docs/commands.md').flatMap((cell) => /^npx ccbot ([a-z-]+)/.exec(cell)?.[1] ?? []);
  expect([...new Set(listed)].sort()).toEqual([...existing].sort());
});

it('explains every metric in operations.md, and no others', () => {
  const named = (path: string): string[] =>
    read(path).match(/\bccbot_[a-z0-9]+_[a-z0-9_]+|\bccbot_(?:up|busy|info|sessions)\b/g) ?? [];
  const sources = ['packages/supervisor/src/metrics/families.ts', 'packages/worker/src/metrics/measures.ts'];
  const exported = new Set(sources.flatMap(named));
  expect(exported.size).toBeGreaterThan(20);
  expect([...new Set(named('docs/operations.md'))].sort()).toEqual([...exported].sort());
});

it('lists every exit code', () => {
  const table = documentedExitCodes();
  // The command-line parsers add 2, for an invalid command line.
  expect(table).toEqual([...new Set([...Object.values(EXIT), 2])].sort((a, b) => a - b));
});

function documentedExitCodes(): number[] {
  return [...read('docs/how-it-works.md').matchAll(/^\| (\d+) +\|/gm)].map(([, code]) => Number(code));
}

it('lists in where-a-change-belongs only files that exist', () => {
  const paths = [...read('docs/where-a-change-belongs.md').matchAll(/`((?:packages|test)\/[\w./-]+)`/g)].map(
    ([, path = '']) => path,
  );
  expect(paths.length).toBeGreaterThan(10);
  const missing = paths.filter((path) => {
    try {
      statSync(join(root, path));
      return false;
    } catch {
      return true; // it does not exist
    }
  });
  expect(missing).toEqual([]);
});

it('describes the npm commands for contributors', () => {
  expect(rows('CONTRIBUTING.md')).toEqual(
    expect.arrayContaining(['npm test', 'npm run check', 'npm run bench']),
  );
});
