import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Argument, Command, Option } from 'commander';
import { treeOf } from '@ccbot/shared/cli/tree';
import { atTerminal } from '@ccbot/shared/fixtures/terminal';
import { renderCompletion, SHELLS, type Shell } from './render';

const program = new Command('prog');
program.command('status').description("how it's going: well").option('--json', 'as JSON');
program
  .command('logs')
  .description('the logs')
  .addArgument(new Argument('[which]', '').choices(['worker', 'all']))
  .addOption(new Option('-l, --level <level>', 'how much').choices(['error', 'warn']))
  .option('--secret', 'hidden [in] a: description');
const service = program.command('service').description('the service');
service.command('install').description('put it in').option('--kind <kind>', 'which');
program.command('send <file...>').description('a file');
program.command('_inner', { hidden: true });
const tree = treeOf(program);

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-completion-'));
  writeFileSync(join(dir, 'a-file.txt'), '');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** What each shell offers for the last word of a line; for zsh and fish without the descriptions. */
const OFFERED: Record<Shell, (words: readonly string[]) => string[]> = {
  bash(words) {
    const script = `${renderCompletion(tree, 'bash')}
COMP_WORDS=(prog ${words.map((w) => `'${w}'`).join(' ')})
COMP_CWORD=${words.length}
_prog
printf '%s\\n' "\${COMPREPLY[@]}"`;
    return lines(spawnSync('bash', ['--norc', '-c', script], { cwd: dir, encoding: 'utf8' }));
  },
  zsh(words) {
    // Replacements for zsh's completion functions that print their arguments.
    const script = `compdef() { :; }
compadd() { shift; print -l -- "$@"; }
_describe() { local -a them=("\${(@P)3}"); print -l -- "\${(@)them%%:*}"; }
_files() { print -l -- "\${words[CURRENT]}"*(N); }
${renderCompletion(tree, 'zsh')}
words=(prog ${words.map((w) => `'${w}'`).join(' ')})
CURRENT=${words.length + 1}
_prog`;
    const last = words.at(-1) ?? '';
    // zsh itself drops words that do not begin with the typed text.
    return lines(spawnSync('zsh', ['-f', '-c', script], { cwd: dir, encoding: 'utf8' })).filter((word) =>
      word.startsWith(last),
    );
  },
  fish(words) {
    const path = join(dir, 'completion.fish');
    writeFileSync(path, renderCompletion(tree, 'fish'));
    const line = ['prog', ...words].join(' ');
    const script = `source ${path}; rm ${path}; complete -C '${line}'`;
    const env = { PATH: process.env['PATH'], HOME: dir, XDG_CONFIG_HOME: join(dir, '.config') };
    const done = spawnSync('fish', ['--no-config', '-c', script], { cwd: dir, encoding: 'utf8', env });
    return lines(done).map((row) => row.split('\t', 1)[0] ?? '');
  },
};

function lines({ stdout, stderr }: { stdout: string; stderr: string }): string[] {
  expect(stderr).toBe('');
  return stdout.split('\n').filter(Boolean).sort();
}

/** Shells that are not installed are left out; bash is everywhere. */
const here = SHELLS.filter((shell) => spawnSync(shell, ['-c', 'true']).status === 0);

describe.each(here)('the completion for %s', (shell) => {
  const offered = (...words: string[]): string[] => OFFERED[shell](words);
  /** fish offers options only after a hyphen, and files together with words. */
  const isFish = shell === 'fish';

  it('offers commands, except hidden ones', () => {
    expect(offered('')).toEqual(['logs', 'send', 'service', 'status']);
    expect(offered('s')).toEqual(['send', 'service', 'status']);
  });

  it('offers a command’s subcommands, words and options', () => {
    expect(offered('service', '')).toEqual(['install']);
    expect(offered('service', 'install', '--')).toEqual(['--kind']);
    expect(offered('logs', '')).toEqual(
      isFish ? ['all', 'worker'] : ['--level', '--secret', '-l', 'all', 'worker'],
    );
    expect(offered('logs', '-')).toEqual(['--level', '--secret', '-l']);
    expect(offered('status', '--j')).toEqual(['--json']);
  });

  it('offers the values of an option under both its names, and files if anything is allowed', () => {
    expect(offered('logs', '--level', '')).toEqual(['error', 'warn']);
    expect(offered('logs', '-l', 'w')).toEqual(['warn']);
    expect(offered('send', 'a-')).toEqual(['a-file.txt']);
    expect(offered('service', 'install', '--kind', '')).toContain('a-file.txt');
  });
});

it.each(
  [
    ['bash', ['--norc', '-i'], ''],
    ['zsh', ['-f', '-i'], 'autoload -U compinit; compinit -u -D'],
  ].filter(([shell]) => (here as readonly unknown[]).includes(shell)) as [Shell, string[], string][],
)('completes in a terminal when Tab is pressed in %s', async (shell, args, before) => {
  const script = join(dir, 'script');
  writeFileSync(script, `${before}\n${renderCompletion(tree, shell)}\nprog() { printf 'GOT:%s\\n' "$*"; }\n`);
  const env = { PATH: '/usr/bin:/bin', HOME: dir, TERM: 'dumb', PS1: 'now>', LC_ALL: 'C' };
  const terminal = atTerminal([shell, ...args], { env, cwd: dir });
  try {
    terminal.types(`. ${script}; echo is-ready-$((40 + 2))\r`);
    await terminal.sees('is-ready-42');
    terminal.types('prog lo\t--lev\twa\t\r');
    await terminal.sees('GOT:logs --level warn');
  } finally {
    terminal.kill();
    await terminal.end;
  }
});

it.each(SHELLS)('is a valid script for %s, if that shell is installed', (shell: Shell) => {
  const text = renderCompletion(tree, shell);
  const path = join(dir, `completion.${shell}`);
  writeFileSync(path, text);
  const checked = spawnSync(shell, ['-n', path], { encoding: 'utf8' });
  const missing = (checked.error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
  if (!missing) expect([checked.status, checked.stderr]).toEqual([0, '']);
  for (const word of ['status', 'logs', 'service', 'install', 'level']) expect(text).toContain(word);
  expect(text).not.toContain('_inner');
});
