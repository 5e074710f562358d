import type { Keystroke } from '../../terminal/panes';

/**
 * Up to this many characters and lines a text is typed and arrives exactly as typed. More in one burst is taken for
 * a paste, and an Enter behind it for part of it (measured with 2.1.330: 3,000 characters were, 400 were not).
 */
const TYPED_CHARS = 400;
const TYPED_LINES = 8;

/** Time between the text and Enter, ms: a read of its own for the key. */
const ENTER_PAUSE_MS = 30;

/** The same after a paste, which takes longer to be put in. */
const PASTE_PAUSE_MS = 60;

/** The keystrokes that enter a prompt into Claude Code. */
export function typePrompt(text: string): Keystroke[] {
  const body = submittable(text);
  const lines = body.split('\n');
  // A tab is a key of its own there (completion), so a text with tabs goes in as a paste.
  if (body.length > TYPED_CHARS || lines.length > TYPED_LINES || body.includes('\t')) {
    return [
      { kind: 'paste', text: body },
      { kind: 'pause', ms: PASTE_PAUSE_MS },
      { kind: 'key', key: 'Enter' },
    ];
  }
  const keys: Keystroke[] = [];
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
