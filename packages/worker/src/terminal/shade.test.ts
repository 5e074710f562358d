import { readShades } from './shade';

const E = '\u001b[';

describe('the lines of a capture with escapes', () => {
  it('become rows without escapes, with and without faint text', () => {
    expect(readShades([`❯ ${E}7mP${E}0;2mress up${E}0m  `, 'x'])).toEqual({
      rows: ['❯ Press up', 'x'],
      firm: ['❯ P', 'x'],
    });
  });

  it('carry attributes over from one line to the next', () => {
    expect(readShades([`a${E}2mb`, 'c', `d${E}me`])).toEqual({
      rows: ['ab', 'c', 'de'],
      firm: ['a', '', ' e'],
    });
  });

  it('do not mistake part of a colour for faint', () => {
    const text = `${E}38;5;2ma${E}48;2;2;2;2mb${E}58;5;2mc${E}38:5:2md${E}4:3me`;
    expect(readShades([text]).firm).toEqual(['abcde']);
  });

  it('lose links and character sets, and end faint text in every possible way', () => {
    const link = '\u001b]8;;https://example.org\u001b\\text\u001b]8;;\u001b\\';
    expect(readShades([`\u001b(B${link}\u000e\u000f`]).rows).toEqual(['text']);
    for (const end of ['0', '', '22', '1;0', ';'])
      expect(readShades([`${E}2ma${E}${end}mb`]).firm).toEqual([' b']);
  });
});
