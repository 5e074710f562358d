import type { Keystroke } from '../../terminal/panes';

/**
 * A paste up to this size reaches the model exactly as written, a longer one between markers (measured with 2.1.330: 3
 * lines and 800 characters, not 4 or 900). Several pastes in a row each count for themselves.
 */
const EXACT_CHARS = 800;
const EXACT_LINES = 3;

/** A text of up to so many lines is pasted in pieces, so that all of it stays visible in the input line. */
const IN_PIECES_LINES = 8;

/**
 * The keystrokes that enter a prompt into Claude Code. Pastes work in every mode; in vim's NORMAL mode, which the screen
 * does not show, typed letters are commands.
 */
export function typePrompt(text: string): Keystroke[] {
  return pieces(submittable(text)).map((piece) => ({ kind: 'paste', text: piece }));
}

/** Each piece has at most two line breaks, as three lines have. */
function pieces(text: string): string[] {
  const [first = '', ...others] = text.split('\n').map((line, i) => (i === 0 ? line : `\n${line}`));
  if (others.length >= IN_PIECES_LINES || text.length > EXACT_CHARS) return [text];
  const breaks = EXACT_LINES - 1;
  const found = [first + others.slice(0, breaks).join('')];
  for (let i = breaks; i < others.length; i += breaks) found.push(others.slice(i, i + breaks).join(''));
  return found;
}

/**
 * Claude Code takes an Enter that it reads together with a paste (measured with 2.1.330: more than 1,000 tries of 10 to
 * 200,000 characters, also while it was stopped, in vim's NORMAL mode, and on a busy machine). It does not take the second
 * one of several prompts that it reads at once. A command or a name may open a list, in which Enter chooses.
 */
export function takesImmediateEnter(text: string): boolean {
  return !/^\s*[/!]|(?:^|\s)@/.test(text);
}

/**
 * Appends a space where Enter would not submit: after a backslash it starts a new line, after an unfinished `@name` it
 * picks a file, and a lone `?` opens the help (measured with 2.1.330). Only the end of the text matters.
 */
function submittable(text: string): string {
  return /\\$|(?:^|\s)@\S*$|^\?$/.test(text) ? `${text} ` : text;
}
