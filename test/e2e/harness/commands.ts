import { spawnSync } from 'node:child_process';

/** The blocks of shell commands in a document. */
export const shellBlocks = (text: string): string[] =>
  [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block = '']) => block);

/** The commands of a block. A command has several lines when a shell would read on, as in a here-document or brackets. */
export function commandsOf(block: string): string[] {
  const commands: string[] = [];
  let lines: string[] = [];
  for (const line of block.split('\n')) {
    if (lines.length === 0 && line.trim() === '') continue;
    lines.push(line);
    if (!isComplete(lines.join('\n'))) continue;
    commands.push(lines.join('\n'));
    lines = [];
  }
  if (lines.length > 0) throw new Error(`incomplete command: ${lines.join('\n')}`);
  return commands;
}

/** bash accepts a here-document without its end and only warns, hence the check of stderr. */
function isComplete(text: string): boolean {
  const { status, stderr } = spawnSync('bash', ['--norc', '-n', '-c', text], {
    encoding: 'utf8',
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
  });
  return status === 0 && stderr === '';
}

/** The commands in the first column of a document's tables that begin with a text. */
export const tabledCommands = (text: string, first: string): string[] =>
  [...text.matchAll(/^\| `([^`]+)`/gm)].map(([, cell = '']) => cell).filter((cell) => cell.startsWith(first));
