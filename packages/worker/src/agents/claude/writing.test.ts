import { textOnScreen } from './writing';

const WIDTH = 60;
const rule = '─'.repeat(WIDTH);
const hint = `${' '.repeat(WIDTH - 18)}◐ medium · /effort`;
/** A screen of Claude Code with these rows above its input line, as 2.1.330 shows it. */
const screen = (...rows: string[]): string[] => [
  ' ▐▛███▛█   Claude Code v2.1.330',
  '',
  '❯ go',
  '',
  ...rows,
  '',
  hint,
  rule,
  '❯ ',
  rule,
  '  ⏸ manual mode on · esc to interrupt',
];

describe('the text on the screen of Claude Code', () => {
  it('is the last message, from its first line', () => {
    expect(textOnScreen(screen('● A heading', '', '  - one', '  - two'))).toBe('A heading\n\n- one\n- two');
  });

  it('joins lines that were wrapped at the width', () => {
    const rows = [
      '● These words fill the line up to the place where the next',
      '  considerable word begins, and end here.',
      '  A line of its own.',
    ];
    expect(textOnScreen(screen(...rows))).toBe(
      'These words fill the line up to the place where the next considerable word begins, and end here.\nA line of its own.',
    );
  });

  it('is the visible part of a message that starts above the screen', () => {
    const rows = Array.from({ length: 30 }, (_, i) => `  Row ${i}.`);
    const text = textOnScreen([...rows, rule, '❯ ', rule, '  esc to interrupt']);
    expect(text).toMatch(/^Row 0\.\nRow 1\./);
    expect(text).toMatch(/Row 29\.$/);
  });

  it('is the message after a tool, not the tool', () => {
    expect(textOnScreen(screen('● Before.', '', '  Ran 1 shell command', '', '● After the tool'))).toBe(
      'After the tool',
    );
  });

  it('leaves out the to-do list below it', () => {
    const list = ['  1/2 tasks done', '  ✔ First thing', '  ◻ Second thing'];
    expect(textOnScreen(screen('● I go on.', '', ...list))).toBe('I go on.');
  });

  it.each([
    ['a tool runs', ['● Before.', '', '  X', '  ⎿  $ sleep 2', '', '✶ Quantumizing… (4s · ↓ 20 tokens)']],
    ['the model is waited for', ['● Before.', '', '· Blanching… (0s · ↓ 4 tokens)']],
    ['it thinks', ['● Thinking for 1s…', '', '✻ Blanching… (0s · thinking)', '  ⎿  Tip: Use Plan Mode']],
    ['the turn has ended', ['● Done.', '', '✻ Brewed for 3s · done 3:26 AM']],
    ['the prompt was just taken', []],
  ])('is null while %s', (_, rows) => {
    expect(textOnScreen(screen(...rows))).toBeNull();
  });

  it('is null on a screen without an input line, or without rows', () => {
    expect(textOnScreen([])).toBeNull();
    expect(textOnScreen(['● A question', '  ❯ 1. Yes', '    2. No'])).toBeNull();
    expect(textOnScreen([rule, '❯ ', rule])).toBeNull();
  });
});
