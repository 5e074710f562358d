import { ccbotDirectory } from '@ccbot/shared/config/absolute-path';
import type { StatusLine } from '@ccbot/shared/protocol/hook';
import { IDENTITIES } from '../agents/identity';
import { logNotOurs } from './complaint';
import { homeOf } from './home';
import { parseObject } from './json';
import { ownSession } from './own-session';
import { readInput } from './stdin';
import { tellWorker } from './tell';

/**
 * `ccbot statusline`: the program that an agent runs for its status line. Sends the figures to the worker and runs the
 * user's own command, its only argument, to print the line. That command gets the same input, and ccbot adds nothing to
 * its output, so the user's line is the same as without ccbot, even when the worker fails.
 */

/** The longest input, bytes. Agents send about two thousand. */
const INPUT_MAX = 4 * 1024 * 1024;

async function main(env: NodeJS.ProcessEnv, command: string | undefined): Promise<void> {
  const input = read();
  const isReported = report(env, input).catch(() => {
    // Whatever it is, it must not cost the user the line.
  });
  if (command === undefined || command === '') {
    await isReported;
    process.exit(); // faster than to wait for nothing
  }
  await runCommand(command, input ?? Buffer.alloc(0));
}

function read(): Buffer | null {
  try {
    return readInput(INPUT_MAX);
  } catch {
    return null; // closed: there are no figures, and the user's command sees that too
  }
}

/** Runs the user's command as the agent would: in a shell, with its output and exit code unchanged. */
async function runCommand(command: string, input: Buffer): Promise<void> {
  // Loaded only here, because it takes longer than everything else.
  const { spawn } = await import('node:child_process');
  // The agent kills an unfinished status line when the next one is due. The handlers come before the command, so that a
  // signal in between does not end this process and leave the command running. None runs before `child` is set.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  const child = spawn(command, { shell: true, stdio: ['pipe', 'inherit', 'inherit'] });
  child.stdin.on('error', () => undefined); // the command need not read its input
  child.stdin.end(input);
  child.on('error', () => (process.exitCode = 1));
  child.on('exit', (code) => process.exit(code ?? 1));
}

async function report(env: NodeJS.ProcessEnv, input: Buffer | null): Promise<void> {
  const payload = parse(input);
  const dir = ccbotDirectory(env, await homeOf(env));
  if (payload === null || dir === null) return;
  const { TMUX_PANE: pane } = env;
  const ccbotSession = ownSession(env);
  const line: StatusLine = {
    v: 1,
    kind: 'statusline',
    at: Date.now(),
    backend: IDENTITIES.find(({ statusLine }) => statusLine)?.id ?? '',
    payload,
    ...(ccbotSession === undefined ? {} : { ccbotSession }),
    ...(pane === undefined ? {} : { pane }),
  };
  // Without a worker nothing is lost: the next update sends all again.
  await tellWorker(dir, line, (error) => logNotOurs(dir, error, new Date()));
}

/** The payload. Null for garbage, which the user's command gets anyway. */
function parse(input: Buffer | null): StatusLine['payload'] | null {
  const payload = input === null ? null : parseObject(input.toString('utf8'));
  return payload !== null && hasSessionId(payload) ? payload : null;
}

function hasSessionId(payload: Record<string, unknown>): payload is StatusLine['payload'] {
  return typeof payload['session_id'] === 'string';
}

main(process.env, process.argv[2]).catch(() => {
  process.exitCode = 1; // no line, but no output of ours in it either
});
