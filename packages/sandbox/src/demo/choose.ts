import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';

/** The value of `--agent` for the sandbox's own agent. */
export const SCRIPTED = 'scripted';

/** Agents that the demo looks for on the path. */
const KNOWN = ['claude', 'codex'] as const;

export interface Terminal {
  input: NodeJS.ReadableStream & { isTTY?: boolean };
  output: NodeJS.WritableStream & { isTTY?: boolean };
}

/** `agent`: a command, or undefined for the scripted agent. */
export type Choice = { agent: string | undefined } | 'cancelled';

/**
 * Chooses the agent of a demo: the one of the command line, else the user's choice among the agents on the path, else the
 * scripted agent. Asks only at a terminal, and only when there is something to choose from.
 */
export async function chooseAgent(
  requested: string | undefined,
  path: string,
  terminal: Terminal,
): Promise<Choice> {
  if (requested !== undefined) return { agent: requested === SCRIPTED ? undefined : requested };
  const found = KNOWN.filter((name) => isOnPath(name, path));
  const isInteractive = terminal.input.isTTY === true && terminal.output.isTTY === true;
  if (found.length === 0 || !isInteractive) return { agent: undefined };
  return ask(found, terminal);
}

function isOnPath(name: string, path: string): boolean {
  return path
    .split(delimiter)
    .filter((directory) => directory !== '')
    .some((directory) => {
      const file = join(directory, name);
      try {
        accessSync(file, constants.X_OK);
        return statSync(file).isFile();
      } catch {
        return false; // missing, or not executable by this user
      }
    });
}

/** The index of a number, a name, or nothing, which means the first choice. */
function indexOf(choices: readonly string[], answer: string): number {
  if (answer === '' || answer === SCRIPTED) return 0;
  return /^\d+$/.test(answer) ? Number(answer) - 1 : choices.indexOf(answer);
}

function ask(found: readonly string[], { input, output }: Terminal): Promise<Choice> {
  const choices = ['the scripted agent (needs no account and does not touch your files)', ...found];
  output.write('Which agent should the demo use?\n');
  choices.forEach((choice, i) => output.write(`  ${i + 1}  ${choice}\n`));
  const lines = createInterface({ input, output, terminal: false });
  return new Promise((resolve) => {
    const finish = (choice: Choice): void => {
      process.off('SIGINT', onInterrupt);
      lines.off('close', onEnd);
      lines.close();
      resolve(choice);
    };
    const onEnd = (): void => finish('cancelled'); // Ctrl-D, or the terminal is gone
    const onInterrupt = (): void => {
      output.write('\n');
      finish('cancelled');
    };
    process.on('SIGINT', onInterrupt);
    lines.on('close', onEnd);
    lines.on('line', (line) => {
      const answer = line.trim().toLowerCase();
      const index = indexOf(choices, answer);
      if (index === 0) finish({ agent: undefined });
      else if (choices[index] !== undefined) finish({ agent: choices[index] });
      else output.write(`Please enter a number from 1 to ${choices.length}: `);
    });
    output.write('Number [1]: ');
  });
}
