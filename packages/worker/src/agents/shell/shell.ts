import type { Keystroke } from '../../terminal/panes';
import type { Agent } from '../agent';

/** Time between two lines, ms: each is a read of its own for what asks for one after the other. */
const LINE_PAUSE_MS = 20;

/** Any command in a window: what its screen shows is all there is of it. */
export function createShell(): Agent {
  return {
    id: 'shell',
    title: 'Shell',
    surface: 'screen',
    launch: ({ command, line }) => (line === undefined ? [...command] : [...command, '-c', line]),
    // Whatever runs there reads what is typed, or leaves it; nobody can tell which.
    readiness: () => 'ready',
    typing: typeLines,
    submitting: () => [{ kind: 'key', key: 'Enter' }],
    inputLine: () => ({ is: 'empty' }),
    interrupt: () => [{ kind: 'key', key: 'C-c' }],
    reader: () => ({ read: () => [] }),
    discover: () => Promise.resolve(null),
  };
}

/** Each line as it is written, with Enter behind it: most of what runs in a terminal knows no paste. */
function typeLines(text: string): Keystroke[] {
  return text
    .split('\n')
    .flatMap((line): Keystroke[] => [
      ...(line === '' ? [] : [{ kind: 'text', text: line } as const]),
      { kind: 'key', key: 'Enter' },
      { kind: 'pause', ms: LINE_PAUSE_MS },
    ]);
}
