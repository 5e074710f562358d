/** The background of a picture: that of a dark terminal, whatever theme the user's own terminal has. */
export const BACKGROUND = '#16181d';
/** The colour of the cursor, and of text without its own colour. */
export const FOREGROUND = '#dcdfe4';

/** The sixteen ANSI colours, distinguishable on the background above and by people with red-green colour blindness. */
const SIXTEEN = [
  '#3a3f4b', '#e5616b', '#8cc570', '#e3b867', '#5fa8f5', '#c678dd', '#56c1cf', '#c3c8d0',
  '#6b7280', '#ff7b84', '#a6e08a', '#ffd580', '#82c0ff', '#dd94f5', '#79dfec', '#ffffff',
] as const; // oxfmt-ignore

/** The steps of xterm's 6x6x6 colour cube. */
const STEPS = [0, 95, 135, 175, 215, 255] as const;

/** Colour `index` of the 256, as `#rrggbb`. */
export function paletteColour(index: number): string {
  if (index < 16) return SIXTEEN[index] ?? FOREGROUND;
  if (index >= 232) {
    const grey = 8 + 10 * (index - 232);
    return rgb(grey, grey, grey);
  }
  const n = index - 16;
  return rgb(STEPS[Math.floor(n / 36) % 6] ?? 0, STEPS[Math.floor(n / 6) % 6] ?? 0, STEPS[n % 6] ?? 0);
}

/** A colour given as one number, `0xrrggbb`, as `#rrggbb`. */
export function trueColour(value: number): string {
  return `#${(value & 0xffffff).toString(16).padStart(6, '0')}`;
}

/** Blends a `share` (0 to 1) of `colour` over `under`, so that a dim colour keeps its hue. */
export function blend(colour: string, under: string, share: number): string {
  const background = partsOf(under);
  const mixed = partsOf(colour).map((value, i) =>
    Math.round(value * share + (background[i] ?? 0) * (1 - share)),
  );
  return rgb(mixed[0] ?? 0, mixed[1] ?? 0, mixed[2] ?? 0);
}

const partsOf = (colour: string): number[] =>
  [1, 3, 5].map((start) => parseInt(colour.slice(start, start + 2), 16));

const rgb = (r: number, g: number, b: number): string => trueColour((r << 16) | (g << 8) | b);
