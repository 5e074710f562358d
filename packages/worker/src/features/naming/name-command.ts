import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { reasonOf } from '@ccbot/shared/faults/fault';

/** A model that has not answered within this time is not waited for, ms. */
const DEADLINE_MS = 30_000;

/** The most that is read of an answer, bytes. */
const ANSWER_MAX = 64 * 1024;

/** What the model is told before the person's first words. */
const INSTRUCTION =
  'Give a name of two or three short words for a coding session that begins with the request below. Answer with the name alone, in the language of the request.';

/** Which command is asked, and with what. */
export interface NameCommand {
  /** Its words; it reads the request on its standard input and prints the name. */
  command: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  deadlineMs?: number;
  log(level: 'warn', text: string, meta: Record<string, unknown>): void;
}

/** Makes the asking of a command for names. What goes wrong is logged, and there is no name then. */
export function askCommand(
  options: NameCommand,
): (words: string, signal: AbortSignal) => Promise<string | null> {
  const [program = '', ...args] = options.command;
  return (words, signal) =>
    new Promise((resolve) => {
      const child = execFile(
        program,
        args,
        {
          cwd: tmpdir(),
          env: options.env as NodeJS.ProcessEnv,
          timeout: options.deadlineMs ?? DEADLINE_MS,
          killSignal: 'SIGKILL',
          maxBuffer: ANSWER_MAX,
          signal,
        },
        (error, stdout) => {
          if (error === null) return resolve(stdout.trim().split('\n')[0]?.trim() || null);
          if (!signal.aborted) options.log('warn', 'no name was found', { program, reason: reasonOf(error) });
          resolve(null);
        },
      );
      // A command that does not read ends the pipe; that it failed is told above.
      child.stdin?.on('error', () => undefined).end(`${INSTRUCTION}\n\n${words}\n`);
    });
}
