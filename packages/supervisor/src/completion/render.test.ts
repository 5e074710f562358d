import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Argument, Command, Option } from 'commander';
import { treeOf } from '@ccbot/shared/cli/tree';
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

/** What bash would offer for a line, the last word being completed. */
function offered(words: readonly string[]): string[] {
  const script = `${renderCompletion(tree, 'bash')}
COMP_WORDS=(prog ${words.map((w) => `'${w}'`).join(' ')})
COMP_CWORD=${words.length}
_prog
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', script], { cwd: dir, encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.split('\n').filter(Boolean).sort();
}

describe('the completion for bash', () => {
  it('offers commands, and none that is hidden', () => {
    expect(offered([''])).toEqual(['logs', 'send', 'service', 'status']);
    expect(offered(['s'])).toEqual(['send', 'service', 'status']);
  });

  it('offers a command’s own commands, words and options', () => {
    expect(offered(['service', ''])).toEqual(['install']);
    expect(offered(['service', 'install', '--'])).toEqual(['--kind']);
    expect(offered(['logs', ''])).toEqual(['--level', '--secret', '-l', 'all', 'worker']);
    expect(offered(['status', '--j'])).toEqual(['--json']);
  });

  it('offers the values of an option, by either of its names, and files where anything fits', () => {
    expect(offered(['logs', '--level', ''])).toEqual(['error', 'warn']);
    expect(offered(['logs', '-l', 'w'])).toEqual(['warn']);
    expect(offered(['send', 'a-'])).toEqual(['a-file.txt']);
    expect(offered(['service', 'install', '--kind', ''])).toEqual(['a-file.txt']);
  });
});

it.each(SHELLS)('is a script that %s takes, where that shell is installed', (shell: Shell) => {
  const text = renderCompletion(tree, shell);
  const path = join(dir, `completion.${shell}`);
  writeFileSync(path, text);
  const checked = spawnSync(shell, ['-n', path], { encoding: 'utf8' });
  const missing = (checked.error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
  if (!missing) expect([checked.status, checked.stderr]).toEqual([0, '']);
  for (const word of ['status', 'logs', 'service', 'install', 'level']) expect(text).toContain(word);
  expect(text).not.toContain('_inner');
});
