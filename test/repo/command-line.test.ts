import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './files';

// What the programs have is asked of the programs: a new command or option is tried out without being named here.
jest.setTimeout(240_000);

const PROGRAMS = ['supervisor/bin/ccbot.js', 'worker/bin/ccbot-worker.js', 'sandbox/bin/ccbot-sandbox.js'];
/** Commands at the same time. */
const AT_ONCE = Math.max(2, Math.min(4, cpus().length));

/** A command as its help shows it. */
interface Command {
  /** The program and the words behind it. */
  line: readonly string[];
  /** Long options that take a value, and the values that are allowed, where these are listed. */
  valued: { flag: string; choices: string[] }[];
  /** How many words may follow; Infinity for as many as one likes. */
  words: { least: number; most: number };
  /** It has commands of its own and does nothing by itself. */
  group: boolean;
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

/** Some at a time, in their order. */
async function each<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let i = next++; i < all.length; i = next++) results[i] = await work(all[i] as T);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return results;
}

/** The part of a help text below a heading, each entry in one line. */
const section = (help: string, title: string): string[] =>
  (new RegExp(`^${title}:\n((?: .*\n|\n(?= ))*)`, 'm').exec(help)?.[1] ?? '')
    .replace(/\n {3,}(?! *-)/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '');

/** A command and all below it, from their help. */
async function read(line: readonly string[]): Promise<Command[]> {
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
      least: args.filter(([text]) => text.startsWith('<')).length,
      most: args.some(([, , many]) => many !== undefined) ? Infinity : args.length,
    },
    group: below.length > 0,
  };
  // `help` of a group is commander's own; that of the program is ours.
  const own = below.filter((name) => name !== 'help' || line.join() === PROGRAMS[0]);
  return [command, ...(await each(own, (name) => read([...line, name]))).flat()];
}

it('refuses what it does not understand in words, with 2, wherever it stands, and does nothing', async () => {
  const commands = (await each(PROGRAMS, (program) => read([program]))).flat();
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
  const wrong = commands.flatMap(({ line, valued, words, group }) => [
    [...line, '--nonsense'],
    ...valued.map(({ flag }) => [...line, flag]),
    ...valued.filter(({ choices }) => choices.length > 0).map(({ flag }) => [...line, flag, 'nonsense']),
    ...(group ? [[...line, 'nonsense']] : []),
    ...(words.least > 0 ? [line] : []),
    ...(group || words.most === Infinity ? [] : [[...line, ...Array<string>(words.most + 1).fill('word')]]),
  ]);
  expect(wrong.length).toBeGreaterThan(80);
  const bad = (await each(wrong, run)).filter(
    ({ code, out, err }) =>
      code !== 2 ||
      out !== '' ||
      !/^error: [^\n]{5,}\n(\([^\n]+\)\n)*$/.test(err) ||
      /\bat \S+:\d+|undefined/.test(err),
  );
  expect(bad).toEqual([]);
  // npm and node keep nothing there either.
  expect(readdirSync(home)).toEqual([]);
});
