// Reads: packages/supervisor/src/ccbot.ts packages/supervisor/src/commands packages/*cli.ts packages/shared/src/cli/
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printed } from '@ccbot/shared/fixtures/printed';
import { readCommandLine as readSandbox } from '../../packages/sandbox/src/cli';
import { readCommandLine as readSupervisor } from '../../packages/supervisor/src/cli';
import { readCommandLine as readWorker } from '../../packages/worker/src/cli';
import { root } from './files';

// Commands and options are read from the help of the programs, so new ones are tested without being named here.

const PROGRAMS = ['supervisor/bin/ccbot.js', 'worker/bin/ccbot-worker.js', 'sandbox/bin/ccbot-sandbox.js'];

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

/** What a program printed, and its exit code. */
interface Answer {
  line: string;
  code: number;
  out: string;
  err: string;
}

/** Reads a command line as the program does. One that it would act upon has no exit code. */
async function run(line: readonly string[]): Promise<Answer> {
  const { result: code, stdout: out, stderr: err } = await printed(() => exitCodeOf(line));
  return { line: line.join(' '), code, out, err };
}

async function exitCodeOf([program, ...args]: readonly string[]): Promise<number> {
  if (program === PROGRAMS[0]) {
    const read = await readSupervisor(args, '0.0.0');
    if ('exit' in read) return read.exit;
    return read.request.run === 'worker' ? exitCodeOf([PROGRAMS[1] ?? '', ...read.request.args]) : NaN;
  }
  const read = await (program === PROGRAMS[1] ? readWorker : readSandbox)(args, '0.0.0');
  return 'exit' in read ? read.exit : NaN;
}

/** Runs a program. */
function start([program = '', ...args]: readonly string[], home: string): Answer {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'packages', program), ...args], {
    env: { PATH: process.env['PATH'], HOME: home },
    cwd: home,
    encoding: 'utf8',
  });
  return { line: [program, ...args].join(' '), code: status ?? -1, out: stdout, err: stderr };
}

const isRefusal = ({ code, out, err }: Answer): boolean =>
  code === 2 &&
  out === '' &&
  /^error: [^\n]{5,}\n(\([^\n]+\)\n)*$/.test(err) &&
  !/\bat \S+:\d+|undefined/.test(err);

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
  const commands = [command];
  for (const name of subcommands) commands.push(...(await readCommands([...line, name])));
  return commands;
}

it('refuses any invalid command line with an explanation and exit code 2', async () => {
  const commands: Command[] = [];
  for (const program of PROGRAMS) commands.push(...(await readCommands([program])));
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
  const accepted = [];
  for (const line of wrong) {
    const answer = await run(line);
    if (!isRefusal(answer)) accepted.push(answer);
  }
  expect(accepted).toEqual([]);
});

it.each([...PROGRAMS.map((program) => [program, '--nonsense']), [PROGRAMS[0] ?? '', 'hook', '--nonsense']])(
  'ends %s %s after a refused command line, and does nothing',
  (...line) => {
    const home = mkdtempSync(join(tmpdir(), 'ccbot-line-'));
    try {
      const answer = start(line, home);
      expect([answer, isRefusal(answer)]).toEqual([answer, true]);
      // npm and node store nothing in it either.
      expect(readdirSync(home)).toEqual([]);
    } finally {
      rmSync(home, { recursive: true });
    }
  },
);
