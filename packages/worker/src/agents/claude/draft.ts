import type { Keystroke } from '../../terminal/panes';
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
 * The keystrokes that empty the input line when it holds one of `prompts`: Claude Code gives a prompt back that was
 * interrupted before anything was said, and would append the next one to it. A draft of the person at the desk stays,
 * and so does a hint, which looks the same without colours. C-u deletes one row, or the break between two (measured
 * with 2.1.330); C-c would empty the line at once, but a second one ends the agent.
 */
export function clearDraft(screen: readonly string[], prompts: readonly string[]): Keystroke[] {
  const rows = draftRows(screen);
  const draft = bare(rows.join(''));
  if (draft === '' || !prompts.some((prompt) => holds(draft, prompt))) return [];
  const presses = Array.from({ length: 2 * rows.length + 1 }, (): Keystroke => ({ kind: 'key', key: 'C-u' }));
  return [...presses, { kind: 'pause', ms: REDRAW_MS }];
}

/** The rows of the input line, without its pointer. */
function draftRows(screen: readonly string[]): string[] {
  const at = inputRow(screen);
  if (at < 0) return [];
  const below = screen.slice(at + 1, at + 1 + DRAFT_ROWS).findIndex((row) => RULE.test(row));
  return [(screen[at] ?? '').slice(1), ...screen.slice(at + 1, at + 1 + below)];
}

function holds(draft: string, prompt: string): boolean {
  const wanted = bare(prompt);
  if (draft === wanted) return true;
  if (PASTED.test(draft)) return prompt.length > PASTE_MIN;
  return draft.length >= PART_MIN && wanted.includes(draft);
}

/** Without white space: rows are cut at the terminal's width. */
const bare = (text: string): string => text.replace(/\s+/g, '');
