import type { MessagePart } from '../inbox/model';

/** The client may have cut a text off that has at least this many UTF-16 units: clients cut at 4,096, or at the end of a line or word before that. */
export const PASTE_PART = 4_000;

/** A text of exactly this length was cut within a line. */
const MESSAGE_MAX = 4_096;

/**
 * The text that a client cut into parts. Clients trim where they cut, so the character in between is a guess: none
 * after a part of full length, else a line break, or a space if the whole text has no lines.
 */
export function pasteOf(parts: readonly MessagePart[]): string {
  const hasLines = parts.some((part) => part.text.includes('\n'));
  return parts.reduce((whole, part, i) => {
    const before = parts[i - 1];
    return before === undefined ? part.text : whole + separator(before, part.text, hasLines) + part.text;
  }, '');
}

function separator(before: MessagePart, after: string, hasLines: boolean): string {
  if (before.text.length < PASTE_PART) return '\n\n';
  // Clients do not cut a surrogate pair: the part before one is a unit shorter.
  const full = /^[\ud800-\udbff]/.test(after) ? MESSAGE_MAX - 1 : MESSAGE_MAX;
  // Some clients cut before they take marks out, the others after it.
  const { length: typed } = before.text;
  const { length: sent } = before.unmarked ?? before.text;
  if (sent >= full || typed === full) return '';
  return hasLines ? '\n' : ' ';
}
