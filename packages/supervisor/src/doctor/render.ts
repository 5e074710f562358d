import type { Check, Verdict } from '@ccbot/shared/doctor/check';

const SIGNS: Record<Verdict, string> = { ok: '✓', warn: '!', bad: '✗', skipped: '-' };

/** ANSI colours: green, yellow, red, grey. */
const COLOURS: Record<Verdict, number> = { ok: 32, warn: 33, bad: 31, skipped: 90 };

/** One line for the check, and a second one with what to do. */
export function renderCheck(check: Check, colour: boolean): string {
  const sign = colour
    ? `\u001b[${COLOURS[check.verdict]}m${SIGNS[check.verdict]}\u001b[0m`
    : SIGNS[check.verdict];
  const todo = check.todo === undefined ? '' : `  → ${check.todo}\n`;
  return `${sign} ${check.title}: ${check.detail}\n${todo}`;
}

/** The last line, with a count of the verdicts. */
export function renderSum(checks: readonly Check[]): string {
  const count = (verdict: Verdict): number => checks.filter((check) => check.verdict === verdict).length;
  const bad = count('bad');
  const warn = count('warn');
  const skipped = count('skipped');
  const parts = [
    bad > 0 ? `${bad} broken` : 'nothing is broken',
    ...(warn > 0 ? [`${warn} to improve`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ];
  return `${checks.length} checks: ${parts.join(', ')}.\n`;
}

/** `ccbot doctor` then exits with 1. */
export function isBroken(checks: readonly Check[]): boolean {
  return checks.some((check) => check.verdict === 'bad');
}
