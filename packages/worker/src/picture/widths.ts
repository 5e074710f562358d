import type { IUnicodeVersionProvider } from '@xterm/headless';
import { eastAsianWidth } from 'get-east-asian-width';

const ZERO_WIDTH_JOINER = 0x200d;

/** Marks that combine with the character before them, and invisible characters. */
const MARK = /^[\p{Mn}\p{Me}\p{Cf}]$/u;

/** xterm packs three values into a number: whether a character joins the one before, its width, and a state of ours. */
const properties = (width: number, joins: boolean, state: number): number =>
  (state << 3) | (width << 1) | (joins ? 1 : 0);

/**
 * Character widths as tmux counts them (measured with 3.3a): by East Asian width, with marks in the cell of the character
 * before, and an emoji after U+200D in the cell of the emoji before it. xterm's own tables are of Unicode 6, where most
 * emoji are one cell wide.
 */
export const tmuxWidths: IUnicodeVersionProvider = {
  version: 'tmux',
  wcwidth: widthOf,
  charProperties(codepoint, preceding) {
    const width = (preceding >> 1) & 3;
    if (width > 0) {
      const joiner = preceding >> 3 === 1;
      if (joiner) return properties(width, true, 0);
      if (widthOf(codepoint) === 0) return properties(width, true, codepoint === ZERO_WIDTH_JOINER ? 1 : 0);
    }
    return properties(widthOf(codepoint), false, 0);
  },
};

function widthOf(codepoint: number): 0 | 1 | 2 {
  if (codepoint < 0x300) return codepoint < 0x20 || (codepoint >= 0x7f && codepoint < 0xa0) ? 0 : 1;
  if (MARK.test(String.fromCodePoint(codepoint))) return 0;
  return eastAsianWidth(codepoint);
}
