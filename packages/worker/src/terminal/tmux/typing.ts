import type { Keystroke } from '../model';

/** Text goes to tmux in pieces of this many UTF-16 units; its parser took 20 KB in one line without trouble. */
const PIECE = 8_000;

/** Commands to run as one sequence, or a pause. */
export type TypingStep =
  { kind: 'commands'; commands: string[][]; buffers: string[] } | { kind: 'pause'; ms: number };

/** The tmux commands that play keystrokes in a pane. `buffer` is the start of a name for paste buffers that nobody else uses. */
export function typingSteps(pane: string, buffer: string, keys: readonly Keystroke[]): TypingStep[] {
  const steps: TypingStep[] = [];
  let pastes = 0;
  const current = (): Extract<TypingStep, { kind: 'commands' }> => {
    const last = steps.at(-1);
    if (last?.kind === 'commands') return last;
    const step: TypingStep = { kind: 'commands', commands: [], buffers: [] };
    steps.push(step);
    return step;
  };
  for (const key of keys) {
    switch (key.kind) {
      case 'text':
        for (const piece of pieces(key.text)) {
          current().commands.push(['send-keys', '-t', pane, '-l', '--', piece]);
        }
        break;
      case 'paste': {
        if (key.text === '') break; // tmux makes no buffer of nothing
        const name = `${buffer}-${pastes++}`;
        const step = current();
        step.buffers.push(name);
        // -p: brackets where the program asked for them; -r: newlines stay; -d: the text does not stay behind.
        step.commands.push(
          ['set-buffer', '-b', name, '--', key.text],
          ['paste-buffer', '-p', '-r', '-d', '-b', name, '-t', pane],
        );
        break;
      }
      case 'key':
        current().commands.push(['send-keys', '-t', pane, '--', key.key]);
        break;
      case 'pause':
        steps.push({ kind: 'pause', ms: key.ms });
    }
  }
  return steps;
}

/** Cuts a text into pieces that split no surrogate pair. */
function* pieces(text: string): Generator<string> {
  for (let at = 0; at < text.length;) {
    let end = Math.min(at + PIECE, text.length);
    const code = text.charCodeAt(end - 1);
    if (end < text.length && code >= 0xd800 && code <= 0xdbff) end--;
    yield text.slice(at, end);
    at = end;
  }
}
