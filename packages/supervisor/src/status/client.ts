import { connectOwn } from '@ccbot/shared/ownership/socket';
import { readLines } from '../child/lines';
import { parseJson } from '@ccbot/shared/protocol/json';
import { answerLine, type Answer, type ControlCommand } from './control';

/** How a conversation with the supervisor ended. */
export type AskOutcome =
  /** No supervisor listens at the socket, or what is there is not this user's: nothing was sent to it then. */
  | 'absent'
  /** The supervisor closed the connection. */
  | 'closed'
  /** `onAnswer` returned true. */
  | 'done'
  /** The next answer did not come in time. */
  | 'timeout';

/**
 * Sends a command to the supervisor. `onAnswer` returns true when it needs no more answers. `timeoutMs` limits the time
 * between two answers, `firstMs` that until the first one; 0: no limit.
 */
export function askSupervisor(
  path: string,
  ask: ControlCommand,
  onAnswer: (answer: Answer) => boolean,
  timeoutMs = 5_000,
  firstMs = timeoutMs,
): Promise<AskOutcome> {
  return new Promise((resolve) => {
    let connected = false;
    let done = false;
    const socket = connectOwn(path);
    const finish = (outcome: AskOutcome): void => {
      if (done) return;
      socket.setTimeout(timeoutMs);
      done = true;
      socket.destroy();
      resolve(outcome);
    };
    socket.setTimeout(firstMs, () => finish('timeout'));
    socket.on('connect', () => {
      connected = true;
      socket.write(`${JSON.stringify({ v: 1, ask })}\n`);
    });
    socket.on('error', () => finish(connected ? 'closed' : 'absent'));
    socket.on('close', () => finish(connected ? 'closed' : 'absent'));
    readLines(socket, (line) => {
      if (done) return;
      // Null for another version, or half a line of a supervisor that died while writing it.
      const answer = parseJson(answerLine, line);
      if (answer !== null && onAnswer(answer)) finish('done');
    });
  });
}
