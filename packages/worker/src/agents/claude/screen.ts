import type { Readiness } from '../agent';

/** A horizontal rule of Claude Code's interface. It may carry a label. Seen up to 250 columns wide, and as narrow as the pane. */
export const RULE = /^\s*─{10,}/;

/** The rule above a page that replaces the input line, such as `/login` or `/cost`. */
const PAGE_RULE = /^▔{10,}/;

/** The input line, between two rules. `!` is shell mode. */
const INPUT = /^[❯!](?:\s|$)/;

/** The selected row of a menu: indented, unlike the input line, or numbered. */
const POINTER = /^\s+❯\s+\S|^❯\s+\d+\.\s/;

/** The most rows of a draft, up to its lower rule. */
export const DRAFT_ROWS = 30;

/**
 * Reads Claude Code's screen (measured with 2.1.330). The input line is between two rules. A dialog has a rule above it,
 * no input line, and a pointer at a choice. A page has a rule of another kind.
 */
export function readScreen(screen: readonly string[]): Readiness {
  const input = inputRow(screen);
  if (input >= 0) return isSurveyed(screen, input) ? 'dialog' : 'ready';
  if (screen.some((row) => PAGE_RULE.test(row))) return 'dialog';
  const rule = screen.findLastIndex((row) => RULE.test(row));
  if (rule >= 0 && screen.slice(rule + 1).some((row) => POINTER.test(row))) return 'dialog';
  return 'starting';
}

/** The survey is at most this many rows above the input line. */
const SURVEY_ROWS = 8;

/** A survey about the session, above the input line. It takes the first typed key as its answer. */
const SURVEY = /^\s*1: Bad\s+2: Fine\s+3: Good\s+0: Dismiss\s*$/;

function isSurveyed(screen: readonly string[], input: number): boolean {
  return screen.slice(Math.max(0, input - SURVEY_ROWS), input).some((row) => SURVEY.test(row));
}

/** The row of the input line. -1 when there is none. */
export function inputRow(screen: readonly string[]): number {
  return screen.findLastIndex(
    (row, i) =>
      INPUT.test(row) &&
      !/^❯\s+\d+\.\s/.test(row) &&
      RULE.test(screen[i - 1] ?? '') &&
      screen.slice(i + 1, i + 1 + DRAFT_ROWS).some((below) => RULE.test(below)),
  );
}
