import { keyBytes } from '../keys';
import type { Keystroke, MarkName } from '../model';
import { MARK_OPTIONS } from './listing';

/** We send text to tmux in pieces of at most this many UTF-16 units; its parser takes lines of 20 KB. */
const PIECE = 8_000;

/** What a window carries from the first key on. */
export interface TypingMark {
  as: MarkName;
  value: string;
}

export function markOf(value: string | undefined, as: MarkName = 'typed'): TypingMark | undefined {
  return value === undefined ? undefined : { as, value };
}

/** Commands to run as one sequence, or a pause. */
export type TypingStep =
  | { kind: 'commands'; commands: string[][]; buffers: string[] }
  | { kind: 'pause'; ms: number };

/**
 * The tmux commands that play keystrokes in a pane. `buffer` is a unique prefix for the names of its paste buffers.
 * `mark`: set in the same sequence as the first key, which tmux runs as a whole once it has read it.
 */
export function typingSteps(
  pane: string,
  buffer: string,
  keys: readonly Keystroke[],
  mark?: TypingMark,
): TypingStep[] {
  const steps: TypingStep[] = [];
  let pastes = 0;
  const current = (): Extract<TypingStep, { kind: 'commands' }> => {
    const last = steps.at(-1);
    if (last?.kind === 'commands') return last;
    const step: TypingStep = { kind: 'commands', commands: [], buffers: [] };
    steps.push(step);
    return step;
  };
  if (mark !== undefined)
    current().commands.push(['set-option', '-p', '-t', pane, MARK_OPTIONS[mark.as], mark.value]);
  for (const key of keys) {
    switch (key.kind) {
      case 'text':
        for (const piece of pieces(key.text)) {
          current().commands.push(['send-keys', '-t', pane, '-l', '--', piece]);
        }
        break;
      case 'paste': {
        if (key.text === '') break; // tmux creates no empty buffer
        const name = `${buffer}-${pastes++}`;
        const step = current();
        step.buffers.push(name);
        // -p: brackets if the program asked for them; -r: keep newlines; -d: delete the buffer afterwards.
        step.commands.push(
          ['set-buffer', '-b', name, '--', key.text],
          ['paste-buffer', '-p', '-r', '-d', '-b', name, '-t', pane],
        );
        break;
      }
      case 'key':
        current().commands.push(keyCommand(pane, key.key));
        break;
      case 'pause':
        steps.push({ kind: 'pause', ms: key.ms });
    }
  }
  return steps;
}

/** Cuts a text into pieces without splitting a surrogate pair. */
function* pieces(text: string): Generator<string> {
  for (let start = 0; start < text.length;) {
    let end = Math.min(start + PIECE, text.length);
    const code = text.charCodeAt(end - 1);
    if (end < text.length && code >= 0xd800 && code <= 0xdbff) end--;
    yield text.slice(start, end);
    start = end;
  }
}

/**
 * A key of one byte is sent as that byte: the user's `backspace` and `extended-keys` would change it. Of the others, such
 * as arrows, tmux knows what the program expects.
 */
function keyCommand(pane: string, key: string): string[] {
  const bytes = keyBytes(key);
  return bytes?.length === 1
    ? ['send-keys', '-t', pane, '-H', bytes.charCodeAt(0).toString(16).padStart(2, '0')]
    : ['send-keys', '-t', pane, '--', key];
}
