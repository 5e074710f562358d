import { clearDraft } from './draft';

const RULE = '─'.repeat(60);
const screen = (...draft: string[]): string[] => [
  '● You said: hi',
  '',
  RULE,
  ...draft.map((row, i) => (i === 0 ? `❯ ${row}`.trimEnd() : `  ${row}`.trimEnd())),
  RULE,
  '  ? for shortcuts',
];
const presses = (rows: readonly string[], ...prompts: string[]): number =>
  clearDraft(rows, prompts).filter((k) => k.kind === 'key' && k.key === 'C-u').length;

describe('taking a prompt back out of the input line', () => {
  it('presses enough for every row and every break between them', () => {
    expect(presses(screen('hold on'), 'hold on')).toBe(3);
    expect(presses(screen('first', 'second', '', 'third'), 'old', 'first\nsecond\n\nthird')).toBe(9);
  });

  it('waits for the line to be drawn anew', () => {
    expect(clearDraft(screen('x'), ['x']).at(-1)).toEqual({ kind: 'pause', ms: 100 });
  });

  it('knows a prompt whose rows were cut at the width, and one that is shown in part', () => {
    const prompt = 'word '.repeat(60).trim();
    expect(presses(screen('word '.repeat(11), 'word '.repeat(49)), prompt)).toBe(5);
    expect(presses(screen('word '.repeat(20)), prompt)).toBe(3);
  });

  it('knows a long paste by its placeholder, when it was one', () => {
    expect(presses(screen('[Pasted text #3 +463 lines]'), 'x'.repeat(1_000))).toBe(3);
    expect(presses(screen('[Pasted text #3 +463 lines]'), 'short')).toBe(0);
  });

  it('leaves what somebody writes at the desk, a hint, and an empty line', () => {
    expect(presses(screen('my own draft'), 'hold on')).toBe(0);
    expect(presses(screen('hold'), 'hold on')).toBe(0);
    expect(presses(screen('Press up to edit queued messages'), 'hold on')).toBe(0);
    expect(presses(screen(''), 'hold on', '')).toBe(0);
    expect(presses([RULE, ' ❯ 1. Yes', '   2. No'], 'Yes')).toBe(0);
    expect(presses([], 'hold on')).toBe(0);
  });
});
