import type { Keystroke } from '../../terminal/panes';
import type { Agent } from '../agent';

/** Time between two lines, ms, so that a program that asks several questions reads them separately. */
const LINE_PAUSE_MS = 20;

const NEXT_LINE: readonly Keystroke[] = [
  { kind: 'key', key: 'Enter' },
  { kind: 'pause', ms: LINE_PAUSE_MS },
];

/** Any command in a window. Its screen is the only source. */
export function createShell(): Agent {
  return {
    id: 'shell',
    title: 'Shell',
    surface: 'screen',
    launch: ({ command, line }) => (line === undefined ? [...command] : [...command, '-c', line]),
    // Nothing shows whether the running program reads input.
    readiness: () => 'ready',
    typing: typeLines,
    submitting: () => [{ kind: 'key', key: 'Enter' }],
    inputLine: () => ({ is: 'empty' }),
    interrupt: () => [{ kind: 'key', key: 'C-c' }],
    reader: () => ({ read: () => [] }),
    discover: () => Promise.resolve(null),
  };
}

/** Types the lines with Enter between them, because few terminal programs support pasting. */
function typeLines(text: string): Keystroke[] {
  return text
    .split('\n')
    .flatMap((line, i): Keystroke[] => [
      ...(i === 0 ? [] : NEXT_LINE),
      ...(line === '' ? [] : [{ kind: 'text', text: line } as const]),
    ]);
}
