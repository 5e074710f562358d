import { inputRow, RULE } from './screen';

/** The first row of an agent's message. Its other rows are indented by two. */
const MESSAGE = /^● /;

/** The input or output of a tool. */
const TOOL_ROW = /^\s*⎿/;

/** A row between the text and the input line that belongs to neither: a hint on the right, or the to-do list. */
const BESIDE = /^\s{40,}\S|^\s+\d+\/\d+ tasks? done|^\s+[◼◻✔☐☒]\s/;

/** The animated line while a tool runs or the model is thinking. The agent writes no text then. */
const SPINNER = /^[^\s\w❯●⎿─]\s\S+…/;

/**
 * The text that Claude Code is writing, as far as the screen shows it: the last message above the input line, with
 * wrapped lines joined. Null when the last thing there is no message. While it writes, there is no spinner, and only
 * complete lines appear (measured with 2.1.330).
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

/** Joins lines that were wrapped at `width`: the next word would not have fitted. */
function joinBroken(rows: readonly string[], width: number): string {
  let text = '';
  let last = '';
  for (const row of rows) {
    const word = /^\S+/.exec(row)?.[0];
    const isWrapped = last !== '' && word !== undefined && last.length + 1 + word.length > width - 3;
    text += text === '' ? row : `${isWrapped && !STARTS_LINE.test(row) ? ' ' : '\n'}${row}`;
    last = row;
  }
  return text;
}

/** A line that always starts a new one: a list item or a table row. */
const STARTS_LINE = /^(?:[-*•]|\d+\.)\s|^[│┌├└]/;

const isBlank = (row: string | undefined): boolean => row === undefined || row.trim() === '';
