import { eastAsianWidth } from 'get-east-asian-width';

/** Takes no column: marks, format and control characters, skin tones, and the later letters of a Hangul syllable. */
const NOTHING = /[\p{M}\p{Cf}\p{Cc}\u{1f3fb}-\u{1f3ff}\u1160-\u11ff\ud7b0-\ud7fb]/u;
const PICTURE = /\p{Extended_Pictographic}/u;

const JOINER = 0x200d;
/** Makes a picture of the character before it. */
const AS_PICTURE = 0xfe0f;

/**
 * The columns of `text` in a monospace font: two for wide East Asian characters and for emoji. Graphemes are told by a few
 * rules: finding them exactly takes a hundred times as long.
 */
export function columnsOf(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let columns = 0;
  let before = { code: 0, width: 0 };
  let isHalfFlag = false;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0x20;
    const isFlag = code >= 0x1f1e6 && code <= 0x1f1ff;
    const isJoined = before.code === JOINER && before.width === 2 && PICTURE.test(character);
    if (code === AS_PICTURE && before.width === 1) columns++;
    if (code === AS_PICTURE) before = { code, width: before.width === 0 ? 0 : 2 };
    else if (code < 0x7f ? code < 0x20 : NOTHING.test(character)) before = { code, width: before.width };
    else if (isFlag && isHalfFlag) before = { code, width: 2 };
    else {
      const width = isFlag ? 2 : eastAsianWidth(code);
      if (!isJoined) columns += width;
      before = { code, width };
    }
    isHalfFlag = isFlag && !isHalfFlag;
  }
  return columns;
}
