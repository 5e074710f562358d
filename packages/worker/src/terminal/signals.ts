import type { Keystroke } from './model';
import type { Turns } from './turns';

/**
 * How long nothing is typed after Ctrl-C, ms. The terminal turns that key into a signal, and drops what it holds; a text
 * that comes before the program has dealt with it loses its beginning, and the rest of it runs as another command: bash
 * took `echo x` for `cho x` each time. With 30 ms it was whole even on a machine with four times as much work as
 * processors.
 */
export const SIGNAL_PAUSE_MS = 250;

/** Types in the turn of the session. What is typed into it next waits until a program has dealt with Ctrl-C. */
export function typeInTurn(
  turns: Pick<Turns, 'take'>,
  session: string,
  keys: readonly Keystroke[],
  type: () => Promise<void>,
): Promise<void> {
  const typed = turns.take(session, type);
  if (keys.some((key) => key.kind === 'key' && key.key === 'C-c'))
    void turns.take(session, () => new Promise((resolve) => setTimeout(resolve, SIGNAL_PAUSE_MS)));
  return typed;
}
