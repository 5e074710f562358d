import { createCanvas, type SKRSContext2D } from '@napi-rs/canvas';
import { blocksOf } from './blocks';
import type { Grid, Run } from './cells';
import { MONO, type Fonts } from './fonts';
import { BACKGROUND, FOREGROUND } from './palette';

/** The size of a cell, pixels, and the font size at which the terminal's font is that wide (1233 of 2048 units). */
const CELL = { width: 10, height: 20 };
const SIZE = (CELL.width * 2048) / 1233;
/** From the top of a cell to the baseline, pixels. */
const BASELINE = 15;
/** From the baseline up to the middle of a letter, pixels. */
const MIDDLE = 6;
/** The font size of other fonts, pixels. */
const OTHER_SIZE = 17;
/** The frame around the screen, pixels. */
const MARGIN = 10;

/** Telegram rejects photos with an aspect ratio above 20. */
const RATIO_MAX = 18;

/** Draws a screen as a PNG. 120x40 cells make 1220x820 pixels. */
export function drawGrid(grid: Grid, fonts: Fonts): Promise<Buffer> {
  const width = grid.cols * CELL.width + 2 * MARGIN;
  const height = grid.rows.length * CELL.height + 2 * MARGIN;
  const canvas = createCanvas(
    Math.max(width, Math.ceil(height / RATIO_MAX)),
    Math.max(height, Math.ceil(width / RATIO_MAX)),
  );
  const context = canvas.getContext('2d');
  context.fillStyle = BACKGROUND;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.translate(MARGIN, MARGIN);
  const { cursor } = grid;
  grid.rows.forEach((runs, y) => {
    // Backgrounds first: a glyph may reach into its neighbour's cell.
    for (const run of runs) if (run.style.bg !== null) fill(context, run, y, run.style.bg);
    for (const run of runs) drawRun(context, run, y, fonts);
  });
  if (cursor !== null) drawCursor(context, cursor);
  return canvas.encode('png');
}

function fill(context: SKRSContext2D, run: Run, y: number, colour: string): void {
  context.fillStyle = colour;
  context.fillRect(run.x * CELL.width, y * CELL.height, run.width * CELL.width, CELL.height);
}

function drawRun(context: SKRSContext2D, run: Run, y: number, fonts: Fonts): void {
  const { style } = run;
  const left = run.x * CELL.width;
  const top = y * CELL.height;
  context.fillStyle = style.fg;
  if (run.text.trim() !== '') {
    const blocks = blocksOf(run.text);
    if (blocks !== null) {
      for (const { shade, ...part } of blocks) {
        context.globalAlpha = shade;
        context.fillRect(
          left + part.x * CELL.width,
          top + part.y * CELL.height,
          part.width * CELL.width,
          part.height * CELL.height,
        );
      }
      context.globalAlpha = 1;
    } else if (run.plain) {
      context.font = fontOf(run, SIZE, `"${MONO}"`);
      context.fillText(run.text, left, top + BASELINE);
    } else {
      drawSingle(context, run, left, top, fonts);
    }
  }
  if (style.underline) context.fillRect(left, top + BASELINE + 2, run.width * CELL.width, 1);
  if (style.strike) context.fillRect(left, top + BASELINE - 5, run.width * CELL.width, 1);
}

/** Draws a character of any font in its one or two cells: centred, and scaled down if it is too wide. */
function drawSingle(context: SKRSContext2D, run: Run, left: number, top: number, fonts: Fonts): void {
  const families = fonts.familyOf(run.text);
  const isMono = families.startsWith(`"${MONO}"`);
  context.font = fontOf(run, isMono ? SIZE : OTHER_SIZE, families);
  // A run is wider only if tmux counts a part of an emoji separately, such as a skin tone.
  const room = Math.min(run.width, 2) * CELL.width;
  const width = context.measureText(run.text).width;
  if (isMono && Math.abs(width - room) < 0.5) {
    context.fillText(run.text, left, top + BASELINE);
    return;
  }
  const scale = Math.min(1, room / Math.max(width, 1));
  context.save();
  context.translate(left + (room - width * scale) / 2, top + BASELINE - (1 - scale) * MIDDLE);
  context.scale(scale, scale);
  context.fillText(run.text, 0, 0);
  context.restore();
}

function drawCursor(context: SKRSContext2D, { x, y }: { x: number; y: number }): void {
  context.globalAlpha = 0.6;
  context.fillStyle = FOREGROUND;
  context.fillRect(x * CELL.width, y * CELL.height, CELL.width, CELL.height);
  context.globalAlpha = 1;
}

function fontOf({ style }: Run, size: number, families: string): string {
  return `${style.italic ? 'italic ' : ''}${style.bold ? 'bold ' : ''}${size}px ${families}`;
}
