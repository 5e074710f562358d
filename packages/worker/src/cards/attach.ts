import { graphemeBorder } from './clean';
import type { Style } from './rich';
import type { Table } from './table';
import { columnsOf } from './width';

/** A file made of a piece of an answer. */
export interface AttachedBlock {
  name: string;
  text: string;
}

/** How large a piece is. */
export type BlockSize = { characters: number } | { lines: number } | { rows: number; columns: number };

/** A piece that is too large for a phone: the file it becomes, and what is shown in its place. */
export interface LargeBlock {
  /** The file's name is `base-number.extension`. */
  base: string;
  extension: string;
  text: string;
  style: Style;
  /** Its start, shown in `style`. */
  preview: string;
  size: BlockSize;
}

/** The most files of one answer; further large pieces stay in the text. */
export const FILES_MAX = 10;

/** Code with more lines or UTF-16 units is too long: about three screens of a phone. */
const CODE_LINES = 60;
const CODE_UNITS = 3_000;
/** Code with so many lines of more columns wraps too often to be read; one or two, such as a long command, are fine. */
const CODE_COLUMNS = 160;
const WIDE_LINES = 3;

/** A table with more columns of text wraps on every phone, which destroys it; one with more rows is easier to search in a file. */
const TABLE_COLUMNS = 56;
const TABLE_ROWS = 40;

/** What a preview shows. */
const PREVIEW = { lines: 12, columns: 100, rows: 3, cell: 120 };

/** File extensions of languages whose name is not one. */
const EXTENSIONS: Readonly<Record<string, string>> = {
  typescript: 'ts',
  javascript: 'js',
  python: 'py',
  py3: 'py',
  ruby: 'rb',
  rust: 'rs',
  golang: 'go',
  csharp: 'cs',
  'c#': 'cs',
  'c++': 'cpp',
  cpp: 'cpp',
  'objective-c': 'm',
  kotlin: 'kt',
  markdown: 'md',
  yaml: 'yml',
  bash: 'sh',
  shell: 'sh',
  zsh: 'sh',
  console: 'sh',
  'shell-session': 'sh',
  powershell: 'ps1',
  docker: 'dockerfile',
  make: 'mk',
  makefile: 'mk',
  terraform: 'tf',
  perl: 'pl',
  haskell: 'hs',
  elixir: 'ex',
  erlang: 'erl',
  clojure: 'clj',
  latex: 'tex',
  text: 'txt',
  plaintext: 'txt',
  plain: 'txt',
};

/**
 * The longest answer that is shown as messages, UTF-16 units: some thirty of them. It bounds the time that a turn takes on
 * the main thread, too.
 */
export const ANSWER_MAX = 131_072;

/** An answer as a file; null where it fits. Its start and its end are shown, as they were written. */
export function answerAside(text: string): LargeBlock | null {
  if (text.length <= ANSWER_MAX) return null;
  const half = CODE_UNITS / 2;
  const end = text.slice(graphemeBorder(text, text.length - half - 1, text.length - half));
  return {
    base: 'answer',
    extension: 'md',
    text: `${text}\n`,
    style: { type: 'pre' },
    preview: `${cut(text, half).trim()}\n\n…\n\n${end.trim()}`,
    size: { characters: text.length },
  };
}

/** Code as a file; null where it fits. */
export function codeAside(code: string, language: string | undefined): LargeBlock | null {
  const lines = code.split('\n');
  const isLong = lines.length > CODE_LINES || code.length > CODE_UNITS;
  if (!isLong && lines.filter((line) => line.length > CODE_COLUMNS).length < WIDE_LINES) return null;
  const shown = lines.slice(0, PREVIEW.lines).map((line) => cut(line, PREVIEW.columns));
  return {
    base: 'code',
    extension: extensionOf(language),
    text: `${code}\n`,
    style: language === undefined ? { type: 'pre' } : { type: 'pre', language },
    preview: shown.join('\n').trimEnd(),
    size: lines.length === 1 ? { characters: code.length } : { lines: lines.length },
  };
}

/**
 * A table as a file; null where it fits. The file is a spreadsheet, or Markdown where `source` gives it. The first rows are
 * shown as lines of header and cell, which fit on every phone.
 */
export function tableAside(table: Table, laidOut: string, source: string | null): LargeBlock | null {
  const [header = [], ...rows] = table.rows;
  const line = laidOut.slice(0, laidOut.indexOf('\n'));
  // No character takes less than half a column for each of its units, except marks: a line of those is a file too.
  const isNarrow = line.length <= 4 * TABLE_COLUMNS && columnsOf(line) <= TABLE_COLUMNS;
  if (isNarrow && rows.length <= TABLE_ROWS) return null;
  const records = rows
    .slice(0, PREVIEW.rows)
    .map((row) =>
      row
        .flatMap((cell, i) => (cell === '' ? [] : [`${header[i] ?? ''}: ${cut(cell, PREVIEW.cell)}`]))
        .join('\n'),
    );
  const preview = records.filter((record) => record !== '').join('\n\n');
  return {
    base: 'table',
    extension: source === null ? 'csv' : 'md',
    text: source === null ? csvOf(table) : `${source}\n`,
    style: { type: 'pre' },
    preview: cut(preview, CODE_UNITS).trim(),
    size: { rows: rows.length, columns: header.length },
  };
}

/** RFC 4180, with Unix line ends. */
function csvOf({ rows }: Table): string {
  return rows.map((row) => `${row.map(csvCell).join(',')}\n`).join('');
}

function csvCell(cell: string): string {
  return /[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function extensionOf(language: string | undefined): string {
  const name = language?.toLowerCase() ?? 'txt';
  const known = EXTENSIONS[name];
  if (known !== undefined) return known;
  return /^[a-z0-9]{1,12}$/.test(name) ? name : 'txt';
}

function cut(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, graphemeBorder(text, 0, max - 1))}…`;
}
