import type { Readiness } from '../agent';

/** The input line, or the row that a menu points at. */
const POINTER = /^›(?:\s|$)/;

/** A choice of a menu that the pointer stands at; the page of the login points with another character. */
const CHOSEN = /^\s*[›>]\s+\d+\.\s/;

/** Another choice of it. */
const CHOICE = /^\s+\d+\.\s/;

/** What the last row says under a dialog or a page, and never under the input line. */
const HINT =
  /\benter\b.*\besc\b|\besc\b.*\benter\b|\bpress (?:enter|esc)\b|\bq (?:close|to quit)\b|\bto scroll\b/i;

/** All that stands under the input line until the session is there. */
const NOT_YET = /^\s*\? for shortcuts\s*$/;

/**
 * Reads Codex's screen (measured with 0.169.0, with and without its alternate screen): the input line is the last row
 * with a pointer, and under it stand only rows of the draft and, behind an empty row, one or two rows about the session.
 */
export function readScreen(screen: readonly string[]): Readiness {
  const last = screen.findLastIndex((row) => row.trim() !== '');
  if (last < 0) return 'starting';
  if (HINT.test(screen[last] ?? '') || isMenu(screen)) return 'dialog';
  const line = inputLine(screen);
  if (line === null) return 'starting';
  return line.footer.length === 1 && NOT_YET.test(line.footer[0] ?? '') ? 'starting' : 'ready';
}

/** The input line: the rows of what is written, the pointer cut off, and the rows about the session. Null when there is none. */
export function inputLine(
  screen: readonly string[],
): { from: number; to: number; footer: readonly string[] } | null {
  const last = screen.findLastIndex((row) => row.trim() !== '');
  const gap = screen.findLastIndex((row, i) => i < last && row.trim() === '');
  const from = screen.findLastIndex((row, i) => i <= last && POINTER.test(row));
  if (from < 0 || gap < from) return null;
  const below = screen.slice(from + 1, last + 1);
  if (below.some((row) => row.trim() !== '' && !row.startsWith('  '))) return null;
  return { from, to: gap, footer: screen.slice(gap + 1, last + 1) };
}

function isMenu(screen: readonly string[]): boolean {
  const at = screen.findLastIndex((row) => POINTER.test(row) || CHOSEN.test(row));
  if (at < 0 || !CHOSEN.test(screen[at] ?? '')) return false;
  return [...screen.slice(Math.max(0, at - 3), at), ...screen.slice(at + 1, at + 4)].some((row) =>
    CHOICE.test(row),
  );
}
