import type { Readiness } from '../agent';

/** The input line, where `!` is shell mode, or the selected row of a menu. */
const POINTER = /^[›!](?:\s|$)/;

/** The selected choice of a menu. The login page uses another pointer. */
const CHOSEN = /^\s*[›>]\s+\d+\.\s/;

/** Any other choice. */
const CHOICE = /^\s+\d+\.\s/;

/** The last row below a dialog or a page. Never appears below the input line. */
const HINT = /\bpress (?:enter|esc)\b|\bq (?:close|to quit)\b|\bto scroll\b/i;

/** Such a row also names both keys. */
const KEYS = [/\benter\b/i, /\besc\b/i];

/** The only row below the input line until the session has started. */
const NOT_YET = /^\s*\? for shortcuts\s*$/;

/**
 * Reads Codex's screen (measured with 0.169.0, with and without its alternate screen). The input line is the last row
 * with a pointer. Below it are only rows of the draft and, after an empty row, one or two rows about the session.
 */
export function readScreen(screen: readonly string[]): Readiness {
  const last = screen.findLastIndex((row) => row.trim() !== '');
  if (last < 0) return 'starting';
  if (isHint(screen[last] ?? '') || isMenu(screen)) return 'dialog';
  const line = inputLine(screen);
  if (line === null) return 'starting';
  return line.footer.length === 1 && NOT_YET.test(line.footer[0] ?? '') ? 'starting' : 'ready';
}

/** The input line: the range of its rows, and the rows about the session below it. Null when there is none. */
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

function isHint(row: string): boolean {
  return HINT.test(row) || KEYS.every((key) => key.test(row));
}

function isMenu(screen: readonly string[]): boolean {
  const selected = screen.findLastIndex((row) => POINTER.test(row) || CHOSEN.test(row));
  if (selected < 0 || !CHOSEN.test(screen[selected] ?? '')) return false;
  const above = screen.slice(Math.max(0, selected - 3), selected);
  const below = screen.slice(selected + 1, selected + 4);
  return [...above, ...below].some((row) => CHOICE.test(row));
}
