import type { ShadedScreen } from '../../terminal/shade';
import type { InputLine } from '../agent';
import { core } from '../core';
import { DRAFT_ROWS, inputRow, RULE } from './screen';

/** The placeholder of a long paste in the input line. */
const PASTED = /^\[Pastedtext#\d+(?:\+\d+lines)?\]$/;

/** A visible part of a prompt this long counts as the prompt, because a tall draft is only partly shown. Characters without white space. */
const PART_MIN = 40;

/** Shorter prompts, in characters, are never shown as a placeholder. */
const PASTE_MIN = 200;

/** Time to redraw the input line, ms. */
const REDRAW_MS = 100;

/**
 * Reads Claude Code's input line (measured with 2.1.330). A hint is faint except for its first letter, which is under
 * the cursor. A draft is never faint.
 */
export function readInputLine(screen: ShadedScreen, prompts: readonly string[]): InputLine {
  const start = inputRow(screen.rows);
  if (start < 0) return { is: 'hidden' };
  const below = screen.rows.slice(start + 1, start + 1 + DRAFT_ROWS);
  const end = start + 1 + below.findIndex((row) => RULE.test(row));
  const all = core(textOf(screen.rows.slice(start, end)));
  const firm = core(textOf(screen.firm.slice(start, end)));
  const isHint = firm.length < all.length && [...firm].length <= 1;
  // `!` in place of the pointer is shell mode. Even without a command that line is not empty: somebody has started
  // one, or a prompt was just `!`.
  const isShell = (screen.rows[start] ?? '').startsWith('!');
  const isBlank = firm === '' || isHint;
  if (isBlank && !isShell) return { is: 'empty' };
  const draft = isShell ? `!${isBlank ? '' : firm}` : firm;
  const prompt = prompts.findLastIndex((candidate) => holds(draft, candidate));
  const keys = clearing(end - start, isShell);
  if (prompt < 0) return { is: 'draft', text: draft, clearing: keys };
  const whole = draft === core(prompts[prompt] ?? '');
  return {
    is: 'prompt',
    prompt,
    whole,
    ...(PASTED.test(draft) ? { isPlaceholder: true } : {}),
    clearing: keys,
  };
}

/** The keystrokes that clear the line. C-u deletes one row or one line break. C-c would clear it at once, but a second C-c ends the agent. */
function clearing(rows: number, isShell: boolean): Extract<InputLine, { is: 'prompt' }>['clearing'] {
  const keys = Array.from({ length: 2 * rows + 1 }, () => ({ kind: 'key', key: 'C-u' }) as const);
  const leaveShell = isShell ? [{ kind: 'key', key: 'BSpace' } as const] : [];
  return [...keys, ...leaveShell, { kind: 'pause', ms: REDRAW_MS }];
}

/** The rows of the input line without its pointer. */
function textOf(rows: readonly string[]): string {
  return rows.map((row, i) => (i === 0 ? row.slice(1) : row)).join('');
}

function holds(draft: string, prompt: string): boolean {
  const wanted = core(prompt);
  if (draft === wanted) return true;
  if (PASTED.test(draft)) return prompt.length > PASTE_MIN;
  return draft.length >= PART_MIN && wanted.includes(draft);
}
