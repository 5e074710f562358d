import { connect } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { StatusLine } from '@ccbot/shared/protocol/hook';
import { IDENTITIES } from '../agents/identity';
import { workerSocketOf } from './socket';
import { readInput } from './stdin';

/**
 * `ccbot statusline`: what an agent runs for its status line. Hands the figures to the worker, and lets the
 * person's own command, its only argument, make the line: with the same input, and with nothing of ours in its output.
 * Whatever happens to the worker, the person's line is as it would be without us.
 */

/** The longest input, bytes; agents give some two thousand. */
const INPUT_MAX = 4 * 1024 * 1024;

/** How long the worker's socket is waited for, ms. */
const SOCKET_MS = 500;

async function main(env: NodeJS.ProcessEnv, own: string | undefined): Promise<void> {
  const input = read();
  tellWorker(env, input);
  if (own !== undefined && own !== '') await chain(own, input ?? Buffer.alloc(0));
}

function read(): Buffer | null {
  try {
    return readInput(INPUT_MAX);
  } catch {
    return null; // closed: there are no figures, and the person's own command sees for itself
  }
}

/** Runs the person's own command as the agent would: through a shell, its output and its end as they are. */
async function chain(command: string, input: Buffer): Promise<void> {
  // Loaded only here: it takes longer than all the rest.
  const { spawn } = await import('node:child_process');
  const child = spawn(command, { shell: true, stdio: ['pipe', 'inherit', 'inherit'] });
  child.stdin.on('error', () => undefined); // it does not read its input: that is its own affair
  child.stdin.end(input);
  child.on('error', () => (process.exitCode = 1));
  child.on('exit', (code) => process.exit(code ?? 1));
  // The agent ends a line that is being made when the next one is due.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
}

function tellWorker(env: NodeJS.ProcessEnv, input: Buffer | null): void {
  const payload = parse(input);
  if (payload === null) return;
  const { CCBOT_SESSION: ccbotSession, TMUX_PANE: pane } = env;
  const line: StatusLine = {
    v: 1,
    kind: 'statusline',
    at: Date.now(),
    backend: IDENTITIES.find(({ statusLine }) => statusLine)?.id ?? '',
    payload,
    ...(ccbotSession === undefined ? {} : { ccbotSession }),
    ...(pane === undefined ? {} : { pane }),
  };
  const end = connect(workerSocketOf(env['CCBOT_DIR'] ?? join(homedir(), '.ccbot')));
  end.setTimeout(SOCKET_MS, () => end.destroy());
  end.on('error', () => undefined); // no worker: the next change of the figures tells it all again
  // All is in the kernel's hands then; an answer is not waited for.
  end.on('finish', () => end.destroy());
  end.end(`${JSON.stringify(line)}\n`);
}

function parse(input: Buffer | null): StatusLine['payload'] | null {
  try {
    const value: unknown = input === null ? null : JSON.parse(input.toString('utf8'));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    return typeof (value as { session_id?: unknown }).session_id === 'string'
      ? (value as StatusLine['payload'])
      : null;
  } catch {
    return null; // garbage: the person's own command gets it as it is
  }
}

main(process.env, process.argv[2]).catch(() => {
  process.exitCode = 1; // the line could not be made; nothing of ours may be in it
});
