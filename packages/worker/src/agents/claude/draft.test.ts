import type { InputLine } from '../agent';
import { readInputLine } from './draft';

const RULE = '─'.repeat(60);
const screen = (draft: readonly string[], pointer = '❯'): string[] => [
  '● You said: hi',
  '',
  RULE,
  ...draft.map((row, i) => (i === 0 ? `${pointer} ${row}`.trimEnd() : `  ${row}`.trimEnd())),
  RULE,
  '  ? for shortcuts',
];
const line = (draft: readonly string[], ...prompts: string[]): InputLine => {
  const rows = screen(draft);
  return readInputLine({ rows, firm: rows }, prompts);
};
const presses = (read: InputLine): number =>
  read.is === 'prompt' ? read.clearing.filter((k) => k.kind === 'key' && k.key === 'C-u').length : 0;

describe('the input line of Claude Code', () => {
  it('is empty without text, and with only a hint', () => {
    expect(line([''], 'hold on', '')).toEqual({ is: 'empty' });
    const rows = screen(['Press up to edit queued messages']);
    expect(readInputLine({ rows, firm: screen(['P']) }, [])).toEqual({ is: 'empty' });
    expect(readInputLine({ rows, firm: screen(['']) }, [])).toEqual({ is: 'empty' });
  });

  it('holds a draft when somebody types at the terminal, even one letter, or before a suggestion', () => {
    expect(line(['my own draft'], 'hold on')).toMatchObject({ is: 'draft' });
    expect(line(['hold'], 'hold on')).toMatchObject({ is: 'draft' });
    expect(line(['x'])).toMatchObject({ is: 'draft' });
    const suggested = { rows: screen(['/model']), firm: screen(['/mo']) };
    expect(readInputLine(suggested, [])).toMatchObject({ is: 'draft' });
  });

  it('is not empty in shell mode, where a prompt would run as a command', () => {
    const empty = screen([''], '!');
    expect(readInputLine({ rows: empty, firm: empty }, [])).toMatchObject({ is: 'draft' });
    expect(readInputLine({ rows: empty, firm: empty }, ['!'])).toMatchObject({ is: 'prompt', whole: true });
    const rows = screen(['npm test'], '!');
    expect(readInputLine({ rows, firm: rows }, ['npm test'])).toMatchObject({ is: 'draft' });
    expect(readInputLine({ rows, firm: rows }, ['!npm test'])).toMatchObject({ is: 'prompt', whole: true });
  });

  it('is hidden by a dialog, a page, and an empty screen', () => {
    for (const rows of [[], [RULE, ' ❯ 1. Yes', '   2. No'], ['▔'.repeat(60), ' Settings']]) {
      expect(readInputLine({ rows, firm: rows }, ['Yes'])).toEqual({ is: 'hidden' });
    }
  });

  it('recognizes a prompt whose undrawable characters the agent drops or replaces', () => {
    // How 2.1.330 draws these in tmux: U+202E becomes the replacement character, a joiner disappears.
    expect(line(['\ufffdabc עברית'], '\u202eabc עברית')).toMatchObject({ is: 'prompt', whole: true });
    expect(line(['abc עברית'], '\u202eabc עברית')).toMatchObject({ is: 'prompt', whole: true });
    expect(line(['👩💻 ❤ cafe'], '👩\u200d💻 ❤\ufe0f cafe\u0301')).toMatchObject({
      is: 'prompt',
      whole: true,
    });
    expect(line(['another'], '\u202eabc')).toMatchObject({ is: 'draft' });
  });

  it('holds the newest of several equal prompts', () => {
    expect(line(['hold on'], 'hold on', 'other', 'hold on')).toMatchObject({ prompt: 2, whole: true });
    expect(line(['first', 'second', '', 'third'], 'old', 'first\nsecond\n\nthird')).toMatchObject({
      whole: true,
    });
  });

  it('recognizes a wrapped prompt, and a partly visible one', () => {
    const prompt = 'word '.repeat(60).trim();
    expect(line(['word '.repeat(11), 'word '.repeat(49)], prompt)).toMatchObject({ whole: true });
    expect(line(['word '.repeat(20)], prompt)).toMatchObject({ is: 'prompt', whole: false });
  });

  it('recognizes a long paste by its placeholder, and no short prompt', () => {
    expect(line(['[Pasted text #3 +463 lines]'], 'x'.repeat(1_000))).toMatchObject({
      isPlaceholder: true,
      is: 'prompt',
      whole: false,
    });
    expect(line(['[Pasted text #3 +463 lines]'], 'short')).toMatchObject({ is: 'draft' });
  });

  it('is cleared by enough presses for every row and every line break, and time to redraw', () => {
    const read = line(['first', 'second', '', 'third'], 'first\nsecond\n\nthird');
    expect(presses(read)).toBe(9);
    expect(read.is === 'prompt' && read.clearing.at(-1)).toEqual({ kind: 'pause', ms: 100 });
    const rows = screen(['ls'], '!');
    const shell = readInputLine({ rows, firm: rows }, ['!ls']);
    expect(shell.is === 'prompt' && shell.clearing.at(-2)).toEqual({ kind: 'key', key: 'BSpace' });
  });
});
