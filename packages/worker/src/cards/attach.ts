import { graphemeBorder } from './clean';
import type { Style } from './rich';
import type { Table } from './table';
import { columnsOf } from './width';

/** A file made of a piece of an answer. */
export interface AttachedBlock {
  name: string;
  text: string;
}

/** A piece that is too much for a phone: the file it becomes, and what is shown in its place. */
export interface TooMuch {
  /** The file's name is `base-number.extension`. */
  base: string;
  extension: string;
  text: string;
  style: Style;
  /** The beginning, to be shown in `style`. */
  preview: string;
  /** How much it is, for people. */
  size: string;
}

/** The most files of one answer; what is too much beyond them stays in the text. */
export const FILES_MAX = 10;

/** Code is too long from so many lines or UTF-16 units on: some three screens of a phone. */
const CODE_LINES = 60;
const CODE_UNITS = 3_000;
/** Lines of more columns wrap so often that code cannot be read; one or two are endured, as a long command is. */
const CODE_COLUMNS = 160;
const WIDE_LINES = 3;

/** A table of more columns of text wraps on every phone, which destroys it; more rows are better searched in a file. */
const TABLE_COLUMNS = 56;
const TABLE_ROWS = 40;

/** What a preview shows. */
const PREVIEW = { lines: 12, columns: 100, rows: 3, cell: 120 };

/** The file endings of the languages whose name is none. */
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

/** The code as a file, when it is too long or too wide. */
export function codeAside(code: string, language: string | undefined): TooMuch | null {
  const lines = code.split('\n');
  const long = lines.length > CODE_LINES || code.length > CODE_UNITS;
  if (!long && lines.filter((line) => line.length > CODE_COLUMNS).length < WIDE_LINES) return null;
  const shown = lines.slice(0, PREVIEW.lines).map((line) => cut(line, PREVIEW.columns));
  return {
    base: 'code',
    extension: extensionOf(language),
    text: `${code}\n`,
    style: language === undefined ? { type: 'pre' } : { type: 'pre', language },
    preview: shown.join('\n').trimEnd(),
    size: lines.length === 1 ? `${code.length} characters` : `${lines.length} lines`,
  };
}

/**
 * The table as a file, when it is too long or too wide: a spreadsheet, or with `source`, its Markdown, that. The first
 * rows are shown as lines of header and cell, which no phone is too narrow for.
 */
export function tableAside(table: Table, laidOut: string, source: string | null): TooMuch | null {
  const [header = [], ...rows] = table.rows;
  const width = columnsOf(laidOut.slice(0, laidOut.indexOf('\n')));
  if (width <= TABLE_COLUMNS && rows.length <= TABLE_ROWS) return null;
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
    size: `${rows.length} rows, ${header.length} columns`,
  };
}

/** RFC 4180, with the line ends of Unix. */
function csvOf({ rows }: Table): string {
  const cell = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return rows.map((row) => `${row.map(cell).join(',')}\n`).join('');
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
