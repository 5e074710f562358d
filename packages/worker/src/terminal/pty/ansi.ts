import type { IBufferCell, IBufferLine } from '@xterm/headless';

/** The SGR parameters that are flags of a cell. */
const FLAGS: readonly (readonly [number, (cell: IBufferCell) => number])[] = [
  [1, (cell) => cell.isBold()],
  [2, (cell) => cell.isDim()],
  [3, (cell) => cell.isItalic()],
  [4, (cell) => cell.isUnderline()],
  [7, (cell) => cell.isInverse()],
  [8, (cell) => cell.isInvisible()],
  [9, (cell) => cell.isStrikethrough()],
];

/** A row of a terminal as text with SGR escape sequences, as tmux captures it. Attributes do not carry over between rows. */
export function ansiRow(line: IBufferLine, cols: number): string {
  let text = '';
  let sgr = '';
  const scratch = line.getCell(0);
  for (let x = 0; x < cols; x++) {
    const cell = line.getCell(x, scratch);
    if (cell === undefined || cell.getWidth() === 0) continue;
    const cellSgr = sgrOf(cell);
    if (cellSgr !== sgr) text += `\u001b[${cellSgr === '' ? '0' : `0;${cellSgr}`}m`;
    sgr = cellSgr;
    text += cell.getChars() || ' ';
  }
  // Trailing blanks without attributes add nothing.
  return sgr === '' ? text.trimEnd() : `${text}\u001b[0m`;
}

function sgrOf(cell: IBufferCell): string {
  const parts: (number | string)[] = FLAGS.filter(([, has]) => has(cell) !== 0).map(([code]) => code);
  if (!cell.isFgDefault()) parts.push(colour(38, cell.isFgRGB(), cell.getFgColor()));
  if (!cell.isBgDefault()) parts.push(colour(48, cell.isBgRGB(), cell.getBgColor()));
  return parts.join(';');
}

function colour(code: number, isTrue: boolean, value: number): string {
  if (!isTrue) return `${code};5;${value}`;
  return `${code};2;${(value >> 16) & 255};${(value >> 8) & 255};${value & 255}`;
}
