import { columnsOf } from './width';

export type Alignment = 'left' | 'center' | 'right';

/** A table as text; the first row is the header. Cells are single lines. */
export interface Table {
  alignments: readonly Alignment[];
  rows: readonly (readonly string[])[];
}

/** A wider cell sticks out of its column rather than widen it for all rows. */
const COLUMN_MAX = 40;

/** The most UTF-16 units, and cells, of a table that is aligned: a larger one is a file, and measuring it takes too long. */
export const ALIGNED_MAX = 4_096;

/** The most UTF-16 units of padding; a sparse table that would need more is not aligned. */
const PADDING_MAX = 20_000;

/** The table for a monospace font, with aligned columns. */
export function layOut(table: Table): string {
  const units = table.rows.reduce((sum, row) => row.reduce((s, cell) => s + cell.length + 1, sum), 0);
  const columns = table.rows.reduce((most, row) => Math.max(most, row.length), 0);
  const isLarge = units > ALIGNED_MAX || columns * table.rows.length > ALIGNED_MAX;
  return isLarge ? unaligned(table) : aligned(table, columns);
}

function unaligned({ rows }: Table): string {
  const lines = rows.map((row) => row.join(' │ ').trimEnd());
  const rule = (rows[0] ?? []).map(() => '─').join('─┼─');
  return [...lines.slice(0, 1), rule, ...lines.slice(1)].join('\n');
}

function aligned(table: Table, columns: number): string {
  const cells = table.rows.map((row, y) =>
    Array.from({ length: columns }, (_, x) => {
      const text = row[x] ?? '';
      // The block's first character must not be a space, or the first line would move to the left.
      return { text: x === 0 && y === 0 && text === '' ? '·' : text, columns: columnsOf(text) };
    }),
  );
  const widths = Array.from({ length: columns }, (_, x) =>
    cells.reduce((most, row) => {
      const width = row[x]?.columns ?? 0;
      return width <= COLUMN_MAX ? Math.max(most, width) : most;
    }, 1),
  );
  const width = widths.reduce((sum, w) => sum + w + 3, 0);
  const content = cells.reduce((sum, row) => sum + row.reduce((s, cell) => s + cell.columns + 3, 0), 0);
  const isPadded = width * cells.length - content <= PADDING_MAX;
  const lines = cells.map((row, y) =>
    row
      .map((cell, x) => {
        if (!isPadded) return cell.text;
        const how = x === 0 && y === 0 ? 'left' : (table.alignments[x] ?? 'left');
        return pad(cell.text, (widths[x] ?? 0) - cell.columns, how);
      })
      .join(' │ ')
      .trimEnd(),
  );
  const rule = (isPadded ? widths : widths.map(() => 1)).map((w) => '─'.repeat(w)).join('─┼─');
  return [...lines.slice(0, 1), rule, ...lines.slice(1)].join('\n');
}

function pad(text: string, room: number, how: Alignment): string {
  if (room <= 0) return text;
  const before = how === 'left' ? 0 : how === 'right' ? room : Math.floor(room / 2);
  return ' '.repeat(before) + text + ' '.repeat(room - before);
}
