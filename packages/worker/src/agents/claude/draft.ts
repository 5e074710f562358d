import type { ShadedScreen } from '../../terminal/shade';
import type { InputLine } from '../agent';
import { core } from '../core';
import { DRAFT_ROWS, inputRow, RULE } from './screen';

/** What a long paste looks like in the input line. */
const PASTED = /^\[Pastedtext#\d+(?:\+\d+lines)?\]$/;

/** From this length on, characters without white space, a part of a prompt is taken for it: a tall draft is shown in part. */
const PART_MIN = 40;

/** A paste is longer than this, characters; a shorter prompt is never shown as a placeholder. */
const PASTE_MIN = 200;

/** Time for the input line to be drawn anew, ms. */
const REDRAW_MS = 100;

/**
 * Reads Claude Code's input line (measured with 2.1.330). A hint stands there faint but for its first letter, over
 * which the cursor is drawn; what somebody wrote is never faint.
 */
export function readInputLine(screen: ShadedScreen, prompts: readonly string[]): InputLine {
  const at = inputRow(screen.rows);
  if (at < 0) return { is: 'hidden' };
  const end = at + 1 + screen.rows.slice(at + 1, at + 1 + DRAFT_ROWS).findIndex((row) => RULE.test(row));
  const all = core(textOf(screen.rows.slice(at, end)));
  const draft = core(textOf(screen.firm.slice(at, end)));
  const hint = draft.length < all.length && [...draft].length <= 1;
  // `!` in the place of the pointer: what is written runs in a shell. Even without a command it is no
  // empty line: somebody begins one there, or a prompt was `!` alone.
  const shell = (screen.rows[at] ?? '').startsWith('!');
  const nothing = draft === '' || hint;
  if (nothing && !shell) return { is: 'empty' };
  const written = shell ? `!${nothing ? '' : draft}` : draft;
  const prompt = prompts.findLastIndex((one) => holds(written, one));
  if (prompt < 0) return { is: 'draft' };
  const whole = written === core(prompts[prompt] ?? '');
  return { is: 'prompt', prompt, whole, clearing: clearing(end - at, shell) };
}

/** The keystrokes that empty the line. C-u deletes one row, or the break between two; C-c would empty it at once, but a second one ends the agent. */
function clearing(rows: number, shell: boolean): Extract<InputLine, { is: 'prompt' }>['clearing'] {
  const keys = Array.from({ length: 2 * rows + 1 }, () => ({ kind: 'key', key: 'C-u' }) as const);
  const leave = shell ? [{ kind: 'key', key: 'BSpace' } as const] : [];
  return [...keys, ...leave, { kind: 'pause', ms: REDRAW_MS }];
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
