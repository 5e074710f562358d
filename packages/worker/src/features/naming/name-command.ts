import { execFile } from 'node:child_process';
import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';

/** How long we wait for the command, ms. */
const TIMEOUT_MS = 30_000;

/** How much of its output is read, bytes. */
const OUTPUT_MAX = 64 * 1024;

/** Written to the command before the user's first prompt. */
const INSTRUCTION =
  'Give a name of two or three short words for a coding session that begins with the request below. Answer with the name alone, in the language of the request.';

/** Suggests a name for a session by its first prompt; null: it has none. Never rejects. */
export type SuggestName = (prompt: string, signal: AbortSignal) => Promise<string | null>;

export interface NameCommandOptions {
  /** The argv. The command reads the prompt on its standard input and prints the name. */
  command: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  /** Where it runs: an agent takes settings and instructions from its working directory, and anybody can write to /tmp. */
  home: string;
  timeoutMs?: number;
  log: LogFn;
}

/** Suggests the first line that a command prints. A command that fails is logged. */
export function nameCommand({
  command,
  env,
  home,
  timeoutMs = TIMEOUT_MS,
  log,
}: NameCommandOptions): SuggestName {
  const [program = '', ...args] = command;
  return (prompt, signal) =>
    new Promise((resolve) => {
      const options = {
        cwd: home,
        env: env as NodeJS.ProcessEnv,
        timeout: timeoutMs,
        killSignal: 'SIGKILL',
        maxBuffer: OUTPUT_MAX,
        signal,
      } as const;
      const child = execFile(program, args, options, (error, stdout) => {
        if (error === null) return resolve(stdout.trim().split('\n')[0]?.trim() || null);
        if (!signal.aborted) log('warn', 'name command failed', { program, reason: reasonOf(error) });
        resolve(null);
      });
      // A command that does not read closes the pipe; its failure is logged above.
      child.stdin?.on('error', () => undefined).end(`${INSTRUCTION}\n\n${prompt}\n`);
    });
}
