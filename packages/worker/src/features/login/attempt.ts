import type { OutboxKey } from '../../outbox/keys';
import type { PtyProgram } from '../../terminal/pty/program';
import { typeable } from '../../terminal/sanitize';
import type { LoginTarget } from './target';

/** How much of a login program's output is kept, UTF-16 units. */
const OUTPUT_MAX = 65_536;

/** The longest line of a program that is quoted in the chat, UTF-16 units. */
const LINE_MAX = 300;

/** One login that is under way. */
export interface LoginAttempt {
  readonly chatId: number;
  /** The key of its message. */
  readonly key: OutboxKey;
  readonly target: LoginTarget;
  readonly timer: NodeJS.Timeout;
  program?: PtyProgram;
  output: string;
  /** Where the output since the last code begins. */
  codeOffset: number;
  isLinkShown: boolean;
  /** The program waits for a code. */
  isWaiting: boolean;
  /** The last code that the user sent. */
  code?: string;
  isCodeTyped: boolean;
  isOver: boolean;
}

export function newAttempt(
  identity: Pick<LoginAttempt, 'chatId' | 'key' | 'target' | 'timer'>,
): LoginAttempt {
  return {
    ...identity,
    output: '',
    codeOffset: 0,
    isLinkShown: false,
    isWaiting: false,
    isCodeTyped: false,
    isOver: false,
  };
}

/** Adds output, and drops the oldest beyond the limit. */
export function appendOutput(attempt: LoginAttempt, text: string): void {
  const cut = Math.max(0, attempt.output.length + text.length - OUTPUT_MAX);
  attempt.output = (attempt.output + text).slice(cut);
  attempt.codeOffset = Math.max(0, attempt.codeOffset - cut);
}

/** Types the code into the program. */
export function typeCode(attempt: LoginAttempt, code: string): void {
  attempt.isCodeTyped = true;
  attempt.isWaiting = false;
  attempt.codeOffset = attempt.output.length;
  attempt.program?.write(`${code}\r`);
}

/** The last line of output since the last code, or the line before it (-2). Empty if it shows the code. */
export function lastLine({ output, codeOffset, code }: LoginAttempt, which: -1 | -2): string {
  const lines = typeable(output.slice(codeOffset))
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const line = lines.at(which) ?? '';
  return code !== undefined && line.includes(code) ? '' : line.slice(0, LINE_MAX);
}
