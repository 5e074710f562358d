// Reads: packages/supervisor/src/ccbot.ts packages/supervisor/src/commands packages/*cli.ts packages/shared/src/cli/
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './files';

// Commands and options are read from the help of the programs, so new ones are tested without being named here.
jest.setTimeout(240_000);

const PROGRAMS = ['supervisor/bin/ccbot.js', 'worker/bin/ccbot-worker.js', 'sandbox/bin/ccbot-sandbox.js'];
/** Number of commands that run at the same time. */
const PARALLEL = Math.max(2, Math.min(4, cpus().length));

/** A command, from its help. */
interface Command {
  /** The program and the words after it. */
  line: readonly string[];
  /** Long options with a value, and the allowed values if they are listed. */
  valued: { flag: string; choices: string[] }[];
  /** Number of words that may follow; `max` may be Infinity. */
  words: { min: number; max: number };
  /** It only has commands, and does nothing by itself. */
  isGroup: boolean;
}

let home: string;
beforeAll(() => (home = mkdtempSync(join(tmpdir(), 'ccbot-line-'))));
afterAll(() => rmSync(home, { recursive: true, force: true }));

function run(line: readonly string[]): Promise<{ line: string; code: number; out: string; err: string }> {
  const [program = '', ...args] = line;
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [join(root, 'packages', program), ...args],
      { env: { PATH: process.env['PATH'], HOME: home }, cwd: home, timeout: 120_000 },
      (error, out, err) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
        resolve({ line: line.join(' '), code, out, err });
      },
    );
    child.stdin?.end();
  });
}

/** Maps with some calls in parallel; the results are in order. */
async function mapParallel<T, R>(all: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let i = next++; i < all.length; i = next++) results[i] = await work(all[i] as T);
  };
  await Promise.all(Array.from({ length: PARALLEL }, lane));
  return results;
}

/** The entries below a heading of a help text, each in one line. */
const section = (help: string, title: string): string[] =>
  (new RegExp(`^${title}:\n((?: .*\n|\n(?= ))*)`, 'm').exec(help)?.[1] ?? '')
    .replace(/\n {3,}(?! *-)/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '');

/** A command and all its subcommands, from their help. */
async function readCommands(line: readonly string[]): Promise<Command[]> {
  const help = await run([...line, '--help']);
  if (help.code !== 0 || help.err !== '') throw new Error(`${help.line} --help: ${help.code} ${help.err}`);
  const [, usage = ''] = /^Usage: (.*(?:\n {2,}\S.*)*)/m.exec(help.out) ?? [];
  const below = section(help.out, 'Commands').flatMap((row) => /^ {2}([a-z][\w-]*)/.exec(row)?.[1] ?? []);
  const args = [
    ...usage
      .replace('[options]', '')
      .replace('[command]', '')
      .matchAll(/[<[]([\w-]+)(\.\.\.)?[>\]]/g),
  ];
  const command: Command = {
    line,
    valued: section(help.out, 'Options').flatMap((row) => {
      const flag = /(--[a-z-]+) <[^>]+>/.exec(row)?.[1];
      const choices = /choices: ([^)]*?)(?:, default.*)?\)/.exec(row)?.[1] ?? '';
      return flag === undefined
        ? []
        : [{ flag, choices: [...choices.matchAll(/"(\w+)"/g)].map(([, c = '']) => c) }];
    }),
    words: {
      min: args.filter(([text]) => text.startsWith('<')).length,
      max: args.some(([, , dots]) => dots !== undefined) ? Infinity : args.length,
    },
    isGroup: below.length > 0,
  };
  // `help` of a group belongs to commander; only `ccbot help` is ours.
  const subcommands = below.filter((name) => name !== 'help' || line.join() === PROGRAMS[0]);
  return [command, ...(await mapParallel(subcommands, (name) => readCommands([...line, name]))).flat()];
}

it('refuses any invalid command line with an explanation and exit code 2, and does nothing', async () => {
  const commands = (await mapParallel(PROGRAMS, (program) => readCommands([program]))).flat();
  const names = commands.map(({ line }) => line.slice(1).join(' '));
  expect(names).toEqual(
    expect.arrayContaining([
      'init',
      'worker',
      'hook',
      'send-file',
      'canary',
      'import',
      'service install',
      'demo',
    ]),
  );
  const wrong = commands.flatMap(({ line, valued, words, isGroup }) => [
    [...line, '--nonsense'],
    ...valued.map(({ flag }) => [...line, flag]),
    ...valued.filter(({ choices }) => choices.length > 0).map(({ flag }) => [...line, flag, 'nonsense']),
    ...(isGroup ? [[...line, 'nonsense']] : []),
    ...(words.min > 0 ? [line] : []),
    ...(isGroup || words.max === Infinity ? [] : [[...line, ...Array<string>(words.max + 1).fill('word')]]),
  ]);
  expect(wrong.length).toBeGreaterThan(80);
  const violations = (await mapParallel(wrong, run)).filter(
    ({ code, out, err }) =>
      code !== 2 ||
      out !== '' ||
      !/^error: [^\n]{5,}\n(\([^\n]+\)\n)*$/.test(err) ||
      /\bat \S+:\d+|undefined/.test(err),
  );
  expect(violations).toEqual([]);
  // npm and node store nothing in it either.
  expect(readdirSync(home)).toEqual([]);
});
