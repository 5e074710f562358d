import { execFileSync } from 'node:child_process';
import { commandTree, type CommandTree } from '@ccbot/shared/cli/tree';
import { parseJson } from '@ccbot/shared/protocol/json';
import { renderCompletion, type Shell } from '../completion/render';

export interface CompletionDeps {
  /** The command line of `ccbot` itself. */
  tree: CommandTree;
  workerEntry(): string;
  out: NodeJS.WritableStream;
}

/** `ccbot completion SHELL`: prints the completion script, including the commands of the worker's program. */
export function completion(shell: Shell, deps: CompletionDeps): number {
  deps.out.write(renderCompletion(withWorker(deps.tree, workerTree(deps)), shell));
  return 0;
}

/** The command line of the worker's program; null if it cannot be run. Then only the names of its commands complete. */
function workerTree({ workerEntry }: CompletionDeps): CommandTree | null {
  try {
    const output = execFileSync(process.execPath, [workerEntry(), '_commands'], {
      encoding: 'utf8',
      timeout: 10_000,
    });
    return parseJson(commandTree, output);
  } catch {
    return null; // completion must not fail at every start of a shell; `ccbot doctor` reports a broken program
  }
}

/** Adds the options, words and subcommands of the worker's commands. */
function withWorker(tree: CommandTree, worker: CommandTree | null): CommandTree {
  if (worker === null) return tree;
  const known = new Map(worker.commands.map((command) => [command.name, command]));
  return {
    ...tree,
    commands: tree.commands.map((command) => {
      const other = command.name === 'worker' ? worker : known.get(command.name);
      const isOurs = command.options.length > 0 || command.commands.length > 0;
      if (other === undefined || isOurs) return command;
      const { options, words, commands } = command.name === 'worker' ? { ...worker, commands: [] } : other;
      return { ...command, options, words, commands };
    }),
  };
}
