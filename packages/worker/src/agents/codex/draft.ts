import type { Keystroke } from '../../terminal/panes';
import type { ShadedScreen } from '../../terminal/shade';
import type { InputLine } from '../agent';
import { core } from '../core';
import { inputLine } from './screen';

/** The placeholder of a long paste in the input line. */
const PASTED = /^\[Pasted Content (\d+) chars\]$/;

/** The hint in the empty input line, without white space. Older versions had other hints. */
const PLACEHOLDER = 'AskCodextodoanything';

/** A shorter part of a prompt may be somebody's own draft. Characters without white space. */
const PART_MIN = 80;

/** Time to redraw the input line, ms. */
const REDRAW_MS = 100;

/**
 * Reads Codex's input line. Suggestions in it are faint. A command that Codex does not know stays in it. C-u deletes one
 * row or one line break (measured with 0.169.0). C-c would clear the line at once, but a second C-c ends Codex.
 */
export function readInputLine(screen: ShadedScreen, prompts: readonly string[]): InputLine {
  const line = inputLine(screen.rows);
  if (line === null) return { is: 'hidden' };
  const rows = draftRows(screen.rows);
  const firm = screen.firm.slice(line.from, line.to).map((row, i) => (i === 0 ? row.slice(1) : row));
  const isBlank = core(rows.join('')) === '' || core(firm.join('')) === '';
  // Even without a command, a prompt would run in shell mode.
  const isShell = (screen.rows[line.from] ?? '').startsWith('!');
  if (isBlank && !isShell) return { is: 'empty' };
  const written = isBlank ? '' : rows.join('\n').trim();
  const draft = isShell ? `!${written}` : written;
  const prompt = prompts.findLastIndex((candidate) => holds(draft, candidate));
  const presses = Array.from({ length: 2 * rows.length + 1 }, () => ({ kind: 'key', key: 'C-u' }) as const);
  const leaveShell: Keystroke[] = isShell ? [{ kind: 'key', key: 'BSpace' }] : [];
  const clearing: Keystroke[] = [...presses, ...leaveShell, { kind: 'pause', ms: REDRAW_MS }];
  if (prompt < 0) return { is: 'draft', text: core(draft), clearing };
  return {
    is: 'prompt',
    prompt,
    whole: core(draft) === core(prompts[prompt] ?? ''),
    ...(PASTED.test(draft.trim()) ? { isPlaceholder: true } : {}),
    clearing,
  };
}

/** The rows of the draft. None when the input line is empty or hidden. */
export function draftRows(screen: readonly string[]): string[] {
  const line = inputLine(screen);
  if (line === null) return [];
  const rows = screen.slice(line.from, line.to).map((row, i) => (i === 0 ? row.slice(1) : row));
  return core(rows.join('')) === PLACEHOLDER ? [] : rows;
}

/** Whether the visible draft is `prompt` or a part of it. */
export function holds(draft: string, prompt: string): boolean {
  const pasted = PASTED.exec(draft.trim());
  if (pasted !== null) return Number(pasted[1]) === [...prompt].length;
  const seen = core(draft);
  const wanted = core(prompt);
  return seen === wanted || (seen.length >= PART_MIN && wanted.includes(seen));
}
