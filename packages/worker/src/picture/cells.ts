import { Terminal, type IBufferCell } from '@xterm/headless';
import type { Capture } from '../terminal/model';
import { BACKGROUND, blend, FOREGROUND, paletteColour, trueColour } from './palette';
import { tmuxWidths } from './widths';

/** How a cell is drawn. Colours are `#rrggbb`. */
export interface Style {
  fg: string;
  /** Null: the terminal's own background. */
  bg: string | null;
  bold: boolean;
  italic: boolean;
  underline: boolean;
  strike: boolean;
}

/** Cells that are drawn together: neighbours of the same style, or a single character that must be placed by itself. */
export interface Run {
  /** First column, counted from 0. */
  x: number;
  /** Columns. */
  width: number;
  text: string;
  style: Style;
  /** Every character is one cell wide and in the terminal's font. */
  plain: boolean;
}

/** A screen to draw: the runs of each row, from left to right, without blanks that have no background. */
export interface Grid {
  cols: number;
  rows: readonly (readonly Run[])[];
  cursor: { x: number; y: number } | null;
}

/** Characters that the terminal's font has, each one cell wide. */
const PLAIN = /^[\u0020-\u024f\u0391-\u03c9\u0410-\u044f]$/;

/** The opacity of a dim colour. */
const DIM = 0.55;

/** Reads the cells of a captured screen with their colours, by replaying it in a terminal emulator. */
export async function readGrid(capture: Capture): Promise<Grid> {
  const { cols, rows: count } = capture;
  const terminal = new Terminal({ cols, rows: count, scrollback: 0, allowProposedApi: true });
  try {
    terminal.unicode.register(tmuxWidths);
    terminal.unicode.activeVersion = tmuxWidths.version;
    // We position each row and switch wrapping off, so that a row whose width we count differently moves no other.
    const rows = capture.lines.slice(0, count).map((line, y) => `\u001b[${y + 1};1H${line}`);
    await new Promise<void>((resolve) => terminal.write(`\u001b[?7l${rows.join('')}`, resolve));
    const { active } = terminal.buffer;
    const scratch = active.getNullCell();
    const cells = Array.from({ length: count }, (_, y) => {
      const line = active.getLine(active.baseY + y);
      const runs: Run[] = [];
      for (let x = 0; x < cols; x++) {
        const cell = line?.getCell(x, scratch);
        if (cell !== undefined && cell.getWidth() > 0) addCell(runs, x, cell);
      }
      return runs.filter((run) => run.style.bg !== null || run.style.underline || run.text.trim() !== '');
    });
    return { cols, rows: cells, cursor: capture.cursor };
  } finally {
    terminal.dispose();
  }
}

/** Appends a cell to the runs of its row, to the last run if it has the same style. */
function addCell(runs: Run[], x: number, cell: IBufferCell): void {
  const chars = cell.getChars();
  const text = chars === '' || cell.isInvisible() !== 0 ? ' '.repeat(cell.getWidth()) : chars;
  const style = styleOf(cell);
  const plain = text.length === cell.getWidth() && [...text].every((char) => PLAIN.test(char));
  const last = runs.at(-1);
  if (last !== undefined && joins(last, x, text, plain) && sameStyle(last.style, style)) {
    last.text += text;
    last.width += cell.getWidth();
  } else {
    runs.push({ x, width: cell.getWidth(), text, style, plain });
  }
}

const REGIONAL = /^[\u{1f1e6}-\u{1f1ff}]$/u;
const TONE = /^[\u{1f3fb}-\u{1f3ff}]$/u;

/** Whether a character is drawn together with the run before it: plain text, the halves of a flag, an emoji and its tone. */
function joins(last: Run, x: number, text: string, plain: boolean): boolean {
  if (last.x + last.width !== x) return false;
  if (plain || last.plain) return plain && last.plain;
  return REGIONAL.test(text) ? REGIONAL.test(last.text) : TONE.test(text) && last.width === 2;
}

function styleOf(cell: IBufferCell): Style {
  const fg = cell.isFgDefault() ? null : colour(cell.isFgRGB(), cell.getFgColor());
  const bg = cell.isBgDefault() ? null : colour(cell.isBgRGB(), cell.getBgColor());
  const isInverse = cell.isInverse() !== 0;
  const front = isInverse ? (bg ?? BACKGROUND) : (fg ?? FOREGROUND);
  const back = isInverse ? (fg ?? FOREGROUND) : bg;
  return {
    fg: cell.isDim() !== 0 ? blend(front, back ?? BACKGROUND, DIM) : front,
    bg: back,
    bold: cell.isBold() !== 0,
    italic: cell.isItalic() !== 0,
    underline: cell.isUnderline() !== 0,
    strike: cell.isStrikethrough() !== 0,
  };
}

const colour = (isTrue: boolean, value: number): string =>
  isTrue ? trueColour(value) : paletteColour(value);

const sameStyle = (a: Style, b: Style): boolean =>
  a.fg === b.fg &&
  a.bg === b.bg &&
  a.bold === b.bold &&
  a.italic === b.italic &&
  a.underline === b.underline &&
  a.strike === b.strike;
