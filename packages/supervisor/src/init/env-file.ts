import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** Values by the name of their setting. Null: the setting is removed. */
export type NewValues = Readonly<Record<string, string | null>>;

/**
 * Sets values in the text of a settings file. Replaces the lines that set one of them and leaves everything else as it
 * is. Values are quoted so that dotenv reads them back unchanged.
 */
export function withValues(text: string, values: NewValues): string {
  const left = new Map(Object.entries(values));
  const lines = text.split('\n').flatMap((line) => {
    const key = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=/.exec(line)?.[1];
    if (key === undefined || !(key in values)) return [line];
    const value = left.get(key);
    left.delete(key);
    // With several lines, the last would win, so only one stays.
    return value === undefined || value === null ? [] : [`${key}=${quoted(value)}`];
  });
  while (lines.at(-1)?.trim() === '') lines.pop();
  const added = [...left].flatMap(([key, value]) => (value === null ? [] : [`${key}=${quoted(value)}`]));
  return `${[...lines, ...added].join('\n')}\n`;
}

function quoted(value: string): string {
  return /^[\w:,./@+-]*$/.test(value) ? value : `'${value.replaceAll("'", '')}'`;
}

/**
 * Sets values in a settings file (0600) and replaces the file atomically. `onWrite` gets the whole text before the file
 * changes. Returns whether only this user can read it: some file systems keep no modes. Throws the file system's errors.
 */
export function writeValues(path: string, values: NewValues, onWrite: (text: string) => void): boolean {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  let before = '';
  try {
    before = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const text = withValues(before, values);
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = openSync(temporary, 'wx', 0o600);
    try {
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    onWrite(text);
    renameSync(temporary, path);
    return (statSync(path).mode & 0o077) === 0;
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
