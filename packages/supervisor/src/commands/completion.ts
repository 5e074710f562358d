import { execFileSync } from 'node:child_process';
import type { CommandTree } from '@ccbot/shared/cli/tree';
import { renderCompletion, type Shell } from '../completion/render';

/** What the command is given. */
export interface CompletionDeps {
  /** This program's command line. */
  tree: CommandTree;
  workerEntry(): string;
  out: NodeJS.WritableStream;
}

/** `ccbot completion SHELL`: prints the script that completes `ccbot`, with the commands that the worker's program runs. */
export function completion(shell: Shell, deps: CompletionDeps): number {
  deps.out.write(renderCompletion(withWorker(deps.tree, workerTree(deps)), shell));
  return 0;
}

/** The worker's own command line; null where its program cannot be asked: its commands are completed by name then. */
function workerTree({ workerEntry }: CompletionDeps): CommandTree | null {
  try {
    const said = execFileSync(process.execPath, [workerEntry(), '_commands'], {
      encoding: 'utf8',
      timeout: 10_000,
    });
    return JSON.parse(said) as CommandTree;
  } catch {
    return null; // a script of completions must not fail at every start of a shell; `ccbot doctor` tells of the program
  }
}

/** The commands that are passed on get what the worker's program knows of them. */
function withWorker(tree: CommandTree, worker: CommandTree | null): CommandTree {
  if (worker === null) return tree;
  const known = new Map(worker.commands.map((command) => [command.name, command]));
  return {
    ...tree,
    commands: tree.commands.map((command) => {
      const other = command.name === 'worker' ? worker : known.get(command.name);
      const own = command.options.length > 0 || command.commands.length > 0;
      if (other === undefined || own) return command;
      const { options, words, commands } = command.name === 'worker' ? { ...worker, commands: [] } : other;
      return { ...command, options, words, commands };
    }),
  };
}
