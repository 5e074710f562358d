import { connect } from 'node:net';
import { readLines } from '../child/lines';
import type { Answer, Ask } from './control';

/** How asking the supervisor ended. */
export type Asked =
  /** Nobody listens at the socket. */
  | 'absent'
  /** The supervisor hung up, after its answers. */
  | 'closed'
  /** `onAnswer` had heard enough. */
  | 'done'
  /** Nothing came in time. */
  | 'timeout';

/**
 * Asks the supervisor. `onAnswer` returns true when it has heard enough. `timeoutMs` bounds the silence between
 * two answers; 0 waits for ever.
 */
export function askSupervisor(
  path: string,
  ask: Ask,
  onAnswer: (answer: Answer) => boolean,
  timeoutMs = 5_000,
): Promise<Asked> {
  return new Promise((resolve) => {
    let connected = false;
    let done = false;
    const socket = connect(path);
    const finish = (how: Asked): void => {
      if (done) return;
      done = true;
      socket.destroy();
      resolve(how);
    };
    socket.setTimeout(timeoutMs, () => finish('timeout'));
    socket.on('connect', () => {
      connected = true;
      socket.write(`${JSON.stringify({ v: 1, ask })}\n`);
    });
    socket.on('error', () => finish(connected ? 'closed' : 'absent'));
    socket.on('close', () => finish(connected ? 'closed' : 'absent'));
    readLines(socket, (line) => {
      if (done) return;
      const answer = answerOf(line);
      if (answer !== null && onAnswer(answer)) finish('done');
    });
  });
}

function answerOf(line: string): Answer | null {
  try {
    const value = JSON.parse(line) as Answer | null;
    return value?.v === 1 ? value : null; // another version: not for us
  } catch {
    return null; // half a line, from a supervisor that died while it wrote
  }
}
