import { draw } from './screen';

/** The rows without escape sequences. */
const rows = (text: string): string[] =>
  // oxlint-disable-next-line no-control-regex
  text.replace(/\u001b\[[0-9?;]*[A-Za-z]/g, '').split('\r\n');

describe('the screen of the scripted agent', () => {
  it('shows the input line between two rules, below the conversation', () => {
    const shown = rows(draw({ lines: ['hello'], draft: 'my\ndraft', activity: '' }, 20, 10));
    const rule = '─'.repeat(20);
    expect(shown).toEqual(['hello', rule, '❯ my', '  draft', rule, '  ? for help · /clear · /exit']);
  });

  it('never shows more rows than the terminal has, and always both rules', () => {
    const lines = Array.from({ length: 100 }, (_, i) => `line ${i} ${'x'.repeat(50)}`);
    for (const draft of ['', 'a', 'word '.repeat(2_000), 'l\n'.repeat(500)]) {
      const shown = rows(draw({ lines, draft, activity: 'Working' }, 30, 15));
      expect(shown.length).toBeLessThanOrEqual(15);
      expect(shown.filter((row) => row.startsWith('───'))).toHaveLength(2);
      expect(shown.every((row) => row.length <= 30)).toBe(true);
    }
  });

  it('does not cut a surrogate pair', () => {
    const shown = draw({ lines: ['🙂'.repeat(33)], draft: '', activity: '' }, 10, 10);
    expect(shown.isWellFormed()).toBe(true);
  });
});
