import { connectOwn } from '@ccbot/shared/ownership/socket';
import type { AnswerLine, AskLine, TakenLine, WaitingLine } from '@ccbot/shared/protocol/hook';
import { parseObject } from './json';

/** How long the worker may take to accept the request, ms. After that the hook acts as if there were no worker. */
const ACCEPT_MS = 3_000;

/** How long the hook waits for a worker that went away after accepting the request, ms. A restart takes a second or two. */
export const RETURN_MS = 60_000;

/** Time between two attempts to reconnect, ms. */
const RETRY_MS = 100;

export interface AskDeps {
  /** The worker's socket. */
  socket: string;
  /** Prints the decision for the agent. Resolves when it is written. */
  print(out: string): Promise<void>;
  /** Milliseconds of a monotonic clock. */
  now(): number;
  /** Hears why a connection failed. */
  onError(error: Error): void;
}

/** How a connection ended. `broken`: after the worker had accepted the request, before it answered. */
type CallResult = 'answered' | 'refused' | 'broken';

/**
 * Asks the user through the worker, and waits for the answer however long it takes. Resolves immediately, without
 * printing anything, when there is no worker or it does not know the session. Then only the agent's own dialog is left.
 * Reconnects to a restarted worker for up to {@link RETURN_MS}. The agent kills a hook whose dialog was closed, and the
 * worker notices that by the connection.
 */
export async function askUser(line: AskLine, deps: AskDeps): Promise<void> {
  let lostAt: number | null = null;
  for (;;) {
    const result = await callWorker(line, deps);
    if (result === 'answered') return;
    if (result === 'broken') lostAt = deps.now();
    // A refused first call means that there is no worker. Later, the worker is restarting or stays away.
    if (lostAt === null || deps.now() - lostAt > RETURN_MS) return;
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

/** Makes one connection to the worker. */
function callWorker(line: AskLine, deps: AskDeps): Promise<CallResult> {
  return new Promise((resolve) => {
    const connection = connectOwn(deps.socket);
    let buffered = '';
    let isAccepted = false;
    let isAnswered = false;
    const acceptTimer = setTimeout(() => connection.destroy(), ACCEPT_MS);
    const finish = (result: CallResult): void => {
      clearTimeout(acceptTimer);
      connection.destroy();
      resolve(result);
    };
    connection.setEncoding('utf8');
    connection.on('error', deps.onError); // `close` follows, and decides
    connection.on('close', () => {
      if (!isAnswered) finish(isAccepted ? 'broken' : 'refused');
    });
    connection.on('connect', () => connection.write(`${JSON.stringify(line)}\n`));
    connection.on('data', (chunk: string) => {
      buffered += chunk;
      const lines = buffered.split('\n');
      buffered = lines.pop() ?? '';
      for (const text of lines) {
        const message = messageOf(text);
        if (message?.kind === 'waiting') {
          isAccepted = true;
          clearTimeout(acceptTimer);
        } else if (message?.kind === 'answer' && !isAnswered) {
          isAnswered = true;
          void deliver(message.out);
        }
      }
    });

    /** Writes to the agent first and confirms to the worker second, never the other way round. */
    async function deliver(out: string): Promise<void> {
      if (out !== '') await deps.print(out);
      const taken: TakenLine = { v: 1, kind: 'taken', request: line.request };
      connection.end(`${JSON.stringify(taken)}\n`, () => finish('answered'));
      connection.on('close', () => finish('answered'));
    }
  });
}

/** A message of the worker. Null for garbage, which no worker of ours sends. */
function messageOf(text: string): WaitingLine | AnswerLine | null {
  const line = parseObject(text);
  if (line?.['v'] !== 1) return null;
  if (line['kind'] === 'waiting') return { v: 1, kind: 'waiting' };
  const { kind, out } = line;
  return kind === 'answer' && typeof out === 'string' ? { v: 1, kind, out } : null;
}
