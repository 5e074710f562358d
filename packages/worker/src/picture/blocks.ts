/** A rectangle within a cell, in fractions of its width and height; `shade` is its opacity, 0 to 1. */
export interface Block {
  x: number;
  y: number;
  width: number;
  height: number;
  shade: number;
}

const block = (x: number, y: number, width: number, height: number, shade = 1): Block => ({
  x,
  y,
  width,
  height,
  shade,
});

/** The filled quarters of U+2596 to U+259F: 1 upper left, 2 upper right, 4 lower left, 8 lower right. */
const QUARTERS = [4, 8, 1, 13, 9, 7, 11, 2, 6, 14] as const;

/**
 * The rectangles of a block element (U+2580 to U+259F), which join without a seam if we draw them instead of using a
 * font; null for any other character.
 */
export function blocksOf(char: string): Block[] | null {
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x2580 || code > 0x259f) return null;
  if (code === 0x2580) return [block(0, 0, 1, 0.5)];
  if (code <= 0x2588) {
    const eighths = code - 0x2580;
    return [block(0, 1 - eighths / 8, 1, eighths / 8)];
  }
  if (code <= 0x258f) return [block(0, 0, (0x2590 - code) / 8, 1)];
  if (code === 0x2590) return [block(0.5, 0, 0.5, 1)];
  if (code <= 0x2593) return [block(0, 0, 1, 1, (code - 0x2590) / 4)];
  if (code === 0x2594) return [block(0, 0, 1, 1 / 8)];
  if (code === 0x2595) return [block(7 / 8, 0, 1 / 8, 1)];
  const quarters = QUARTERS[code - 0x2596] ?? 0;
  return [1, 2, 4, 8].flatMap((bit, i) =>
    (quarters & bit) === 0 ? [] : [block((i % 2) / 2, i < 2 ? 0 : 0.5, 0.5, 0.5)],
  );
}
