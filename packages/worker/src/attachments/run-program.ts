import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';
import { reasonOf } from '@ccbot/shared/faults/fault';

/** We keep at least this much of a program's output before dropping the rest, UTF-16 units. */
const OUTPUT_MAX = 200_000;

/** The longest unfinished line of the error stream that is kept, UTF-16 units. */
const LINE_MAX = 1_000;

/** The longest error message of a program, UTF-16 units. */
const REASON_MAX = 200;

export type Ran = { ok: true; stdout: string } | { ok: false; reason: string };

type Child = ChildProcessByStdio<null, Readable, Readable>;

export interface RunOptions {
  env: Readonly<Record<string, string | undefined>>;
  /** Kills the program, with everything it started, when aborted. */
  signal: AbortSignal;
  /** Gets each line of the error stream. */
  onLine?(line: string): void;
}

/** Runs a program to its end. Never rejects. */
export function runProgram(program: string, args: readonly string[], options: RunOptions): Promise<Ran> {
  const { env, signal, onLine = () => undefined } = options;
  return new Promise((resolve) => {
    // Its own process group: whatever it starts is killed with it.
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env, detached: true });
    const onAbort = (): void => killGroup(child);
    const finish = (ran: Ran): void => {
      signal.removeEventListener('abort', onAbort);
      resolve(ran);
    };
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (stdout.length < OUTPUT_MAX) stdout += text;
    });
    const lastWords = readLines(child.stderr, onLine);
    child.on('error', (error) => finish({ ok: false, reason: `${program}: ${reasonOf(error)}` }));
    child.on('close', (code, killedBy) => {
      if (code === 0) return finish({ ok: true, stdout });
      const end = killedBy ?? `exit code ${code}`;
      const words = lastWords().slice(0, REASON_MAX);
      finish({ ok: false, reason: words === '' ? end : `${end}: ${words}` });
    });
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
  });
}

function killGroup(child: Child): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // it has ended already
  }
}

/** Returns a function that gives the last line which is not empty, or its unfinished rest. */
function readLines(stream: Readable, onLine: (line: string) => void): () => string {
  let last = '';
  let rest = '';
  stream.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split(/[\r\n]+/);
    rest = (lines.pop() ?? '').slice(-LINE_MAX);
    for (const line of lines) {
      if (line.trim() !== '') last = line.trim();
      onLine(line);
    }
  });
  return () => rest.trim() || last;
}
