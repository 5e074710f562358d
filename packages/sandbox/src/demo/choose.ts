import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';

/** The word for the agent that the sandbox brings along. */
export const SCRIPTED = 'scripted';

/** Agents that the demo looks for. */
const KNOWN = ['claude', 'codex'] as const;

/** Where the question is asked and answered. */
export interface Terminal {
  input: NodeJS.ReadableStream & { isTTY?: boolean };
  output: NodeJS.WritableStream & { isTTY?: boolean };
}

/** What was chosen: a command, or undefined for the scripted agent; or that the person gave up. */
export type Chosen = { agent: string | undefined } | 'gave-up';

/**
 * The agent of a demo: what the command line says, else what the person chooses of those that are found, else the
 * scripted one. It asks only where there is somebody to ask and something to choose from.
 */
export async function chooseAgent(
  asked: string | undefined,
  path: string,
  terminal: Terminal,
): Promise<Chosen> {
  if (asked !== undefined) return { agent: asked === SCRIPTED ? undefined : asked };
  const found = KNOWN.filter((name) => isOnPath(name, path));
  const person = terminal.input.isTTY === true && terminal.output.isTTY === true;
  if (found.length === 0 || !person) return { agent: undefined };
  return ask(found, terminal);
}

/** Whether a program of this name is found in the directories of `path`. */
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
        return false; // not there, or not ours to run
      }
    });
}

function ask(found: readonly string[], { input, output }: Terminal): Promise<Chosen> {
  const choices = ['the scripted agent (needs no account, and touches nothing of yours)', ...found];
  output.write('Which agent is to answer in the demo?\n');
  choices.forEach((choice, i) => output.write(`  ${i + 1}  ${choice}\n`));
  const lines = createInterface({ input, output, terminal: false });
  return new Promise((resolve) => {
    const done = (chosen: Chosen): void => {
      process.off('SIGINT', onInterrupt);
      lines.off('close', onEnd);
      lines.close();
      resolve(chosen);
    };
    const onEnd = (): void => done('gave-up'); // Ctrl-D, or the terminal went away
    const onInterrupt = (): void => {
      output.write('\n');
      done('gave-up');
    };
    process.on('SIGINT', onInterrupt);
    lines.on('close', onEnd);
    lines.on('line', (line) => {
      const answer = line.trim().toLowerCase();
      const at = answer === '' ? 0 : /^\d+$/.test(answer) ? Number(answer) - 1 : choices.indexOf(answer);
      if (at === 0 || answer === SCRIPTED) done({ agent: undefined });
      else if (choices[at] !== undefined) done({ agent: choices[at] });
      else output.write(`It is a number, 1 to ${choices.length}: `);
    });
    output.write('Number [1]: ');
  });
}
