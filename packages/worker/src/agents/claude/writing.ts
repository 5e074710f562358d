import { inputRow, RULE } from './screen';

/** A message of the agent begins with this sign; what belongs to it is indented by two. */
const MESSAGE = /^● /;

/** What a tool has printed, or is about to run. */
const TOOL_ROW = /^\s*⎿/;

/** A row that stands between the text and the input line and is none of either: a hint at the right, the to-do list. */
const BESIDE = /^\s{40,}\S|^\s+\d+\/\d+ tasks? done|^\s+[◼◻✔☐☒]\s/;

/** The line that moves while a tool runs or the model is waited for: then nothing is being written. */
const SPINNER = /^[^\s\w❯●⎿─]\s\S+…/;

/**
 * The text that Claude Code is writing, as far as its screen shows it: the last message above the input line, with
 * the lines put together again that the width broke. Null when the last thing there is none. While text is being
 * written there is no spinner, and only whole lines are shown (measured with 2.1.330).
 */
export function textOnScreen(screen: readonly string[]): string | null {
  const input = inputRow(screen);
  if (input < 1) return null;
  const rule = screen[input - 1] ?? '';
  if (!RULE.test(rule)) return null;
  const above = screen.slice(0, input - 1);
  while (above.length > 0 && (isBlank(above.at(-1)) || BESIDE.test(above.at(-1) ?? ''))) above.pop();
  if (above.length === 0) return null;
  let start = above.length - 1;
  for (; start >= 0; start--) {
    const row = above[start] ?? '';
    if (MESSAGE.test(row)) break;
    if (TOOL_ROW.test(row) || SPINNER.test(row)) return null;
    if (!isBlank(row) && !row.startsWith('  ')) return null;
  }
  const rows = above.slice(Math.max(start, 0)).map((row) => row.slice(2).trimEnd());
  const text = joinBroken(rows, rule.trimEnd().length).trim();
  return text === '' ? null : text;
}

/** Puts lines together that were broken only because the screen is `width` wide: the next word would not have fitted. */
function joinBroken(rows: readonly string[], width: number): string {
  let text = '';
  let last = '';
  for (const row of rows) {
    const word = /^\S+/.exec(row)?.[0];
    const broken = last !== '' && word !== undefined && last.length + 1 + word.length > width - 3;
    text += text === '' ? row : `${broken && !STARTS_LINE.test(row) ? ' ' : '\n'}${row}`;
    last = row;
  }
  return text;
}

/** A line that nothing is put before: a point of a list, a row of a table. */
const STARTS_LINE = /^(?:[-*•]|\d+\.)\s|^[│┌├└]/;

const isBlank = (row: string | undefined): boolean => row === undefined || row.trim() === '';
