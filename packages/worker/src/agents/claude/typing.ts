import type { Keystroke } from '../../terminal/panes';

/**
 * Up to this many characters and lines a text arrives exactly as written: one line as a paste, several lines typed (as
 * a paste they would reach the model between markers). More in one burst is taken for a paste, and an Enter behind it for
 * part of it (measured with 2.1.330: 3,000 characters were, 400 were not).
 */
const TYPED_CHARS = 400;
const TYPED_LINES = 8;

/** Time between the text and Enter, ms: a read of its own for the key. */
const ENTER_PAUSE_MS = 30;

/** The same after a long paste, which takes longer to be put in. */
const PASTE_PAUSE_MS = 60;

/** Time for vim's mode to change, ms: a key in the same read as the `i` takes it with it (seen with 2.1.330). */
const MODE_PAUSE_MS = 100;

/**
 * The keystrokes that enter a prompt into Claude Code. In its vim mode, NORMAL takes typed letters for commands and
 * shows nothing by which one could tell it from no vim mode at all. A paste goes in there like anywhere else, and so
 * does what follows on `i`; outside NORMAL the `i` is a letter, which is deleted again (measured with 2.1.330).
 */
export function typePrompt(text: string): Keystroke[] {
  const body = submittable(text);
  const lines = body.split('\n');
  if (lines.length === 1 && body.length <= TYPED_CHARS) {
    return [
      { kind: 'paste', text: body },
      { kind: 'pause', ms: ENTER_PAUSE_MS },
      { kind: 'key', key: 'Enter' },
    ];
  }
  // A tab is a key of its own there (completion), so a text with tabs goes in as a paste.
  if (body.length > TYPED_CHARS || lines.length > TYPED_LINES || body.includes('\t')) {
    return [
      { kind: 'paste', text: body },
      { kind: 'pause', ms: PASTE_PAUSE_MS },
      { kind: 'key', key: 'Enter' },
    ];
  }
  const keys: Keystroke[] = [
    { kind: 'key', key: 'i' },
    { kind: 'pause', ms: MODE_PAUSE_MS },
    { kind: 'key', key: 'BSpace' },
    { kind: 'pause', ms: MODE_PAUSE_MS },
  ];
  lines.forEach((line, i) => {
    if (i > 0) keys.push({ kind: 'key', key: 'C-j' });
    if (line !== '') keys.push({ kind: 'text', text: line });
  });
  return [...keys, { kind: 'pause', ms: ENTER_PAUSE_MS }, { kind: 'key', key: 'Enter' }];
}

/**
 * A text at whose end Enter submits: behind a backslash it would begin a new line, behind an unfinished `@name` it
 * would choose from the list of files, and a lone `?` is the key for help; a space ends all of these (measured with
 * 2.1.330). Inside a text, before a line's end, none of them matters.
 */
function submittable(text: string): string {
  return /\\$|(?:^|\s)@\S*$|^\?$/.test(text) ? `${text} ` : text;
}
