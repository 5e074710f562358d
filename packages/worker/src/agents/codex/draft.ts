import type { ShadedScreen } from '../../terminal/shade';
import type { InputLine } from '../agent';
import { core } from '../core';
import { inputLine } from './screen';

/** What stands in the input line in place of a long paste. */
const PASTED = /^\[Pasted Content (\d+) chars\]$/;

/** What the empty input line says; older versions said other things. */
const PLACEHOLDER = 'AskCodextodoanything';

/** Without white space, a shorter part of a prompt than this, characters, may be somebody's own words. */
const PART_MIN = 80;

/** Time that Codex takes to draw its input line anew, ms. */
const REDRAW_MS = 100;

/**
 * Reads Codex's input line. What it suggests there is faint; a command that it does not know stays in it. C-u deletes
 * one row, or the break between two (measured with 0.169.0); C-c would empty the line at once, but a second one ends
 * Codex.
 */
export function readInputLine(screen: ShadedScreen, prompts: readonly string[]): InputLine {
  const line = inputLine(screen.rows);
  if (line === null) return { is: 'hidden' };
  const rows = draftRows(screen.rows);
  const firm = screen.firm.slice(line.from, line.to).map((row, i) => (i === 0 ? row.slice(1) : row));
  if (core(rows.join('')) === '' || core(firm.join('')) === '') return { is: 'empty' };
  const draft = rows.join('\n').trim();
  const prompt = prompts.findLastIndex((one) => holds(draft, one));
  if (prompt < 0) return { is: 'draft' };
  const presses = Array.from({ length: 2 * rows.length + 1 }, () => ({ kind: 'key', key: 'C-u' }) as const);
  return {
    is: 'prompt',
    prompt,
    whole: core(draft) === core(prompts[prompt] ?? ''),
    clearing: [...presses, { kind: 'pause', ms: REDRAW_MS }],
  };
}

/** The rows of what is written in the input line; none when it is empty, or not there. */
export function draftRows(screen: readonly string[]): string[] {
  const line = inputLine(screen);
  if (line === null) return [];
  const rows = screen.slice(line.from, line.to).map((row, i) => (i === 0 ? row.slice(1) : row));
  return core(rows.join('')) === PLACEHOLDER ? [] : rows;
}

/** Whether a draft is `prompt`, as far as it is seen. */
export function holds(draft: string, prompt: string): boolean {
  const pasted = PASTED.exec(draft.trim());
  if (pasted !== null) return Number(pasted[1]) === [...prompt].length;
  const [seen, wanted] = [core(draft), core(prompt)];
  return seen === wanted || (seen.length >= PART_MIN && wanted.includes(seen));
}
