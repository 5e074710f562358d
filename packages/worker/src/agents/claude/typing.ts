import type { Keystroke } from '../../terminal/panes';

/**
 * A text up to this size arrives exactly as written: one line as a paste, several lines typed, because a paste of several
 * lines reaches the model between markers. Claude Code takes a longer burst of keys for a paste, including the Enter
 * after it (measured with 2.1.330: it did with 3,000 characters, not with 400).
 */
const TYPED_CHARS = 400;
const TYPED_LINES = 8;

/** Time for the vim mode to change, ms. A key in the same read as the `i` gets lost with it (seen with 2.1.330). */
const MODE_PAUSE_MS = 100;

/**
 * The keystrokes that enter a prompt into Claude Code. Enter follows once the input line shows it. In vim's NORMAL mode
 * typed letters are commands, and the screen does not show that mode. A paste works in every mode. Typing works after an
 * `i`: outside NORMAL mode that is a letter, which Backspace deletes again (measured with 2.1.330).
 */
export function typePrompt(text: string): Keystroke[] {
  const body = submittable(text);
  const lines = body.split('\n');
  // A typed tab would trigger completion, so a text with tabs is pasted.
  const isTyped = lines.length > 1 && lines.length <= TYPED_LINES && body.length <= TYPED_CHARS;
  if (!isTyped || body.includes('\t')) return [{ kind: 'paste', text: body }];
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
  return keys;
}

/**
 * Appends a space where Enter would not submit: after a backslash it starts a new line, after an unfinished `@name` it
 * picks a file, and a lone `?` opens the help (measured with 2.1.330). Only the end of the text matters.
 */
function submittable(text: string): string {
  return /\\$|(?:^|\s)@\S*$|^\?$/.test(text) ? `${text} ` : text;
}
