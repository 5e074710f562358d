import { jsonOf } from '@ccbot/shared/protocol/json';

/** A JSON object that an agent wrote. Every field is checked where it is read. */
export type Fields = Readonly<Record<string, unknown>>;

/** Parses a line. Null for anything but a JSON object. */
export function recordOf(line: string): Fields | null {
  try {
    const value = jsonOf(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
  } catch {
    return null; // a damaged line, the next ones are fine
  }
}

/** The text of a field. Empty for any other value. */
export const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The longest path that a kernel takes, bytes. */
const PATH_MAX = 4_096;

/** An absolute path on one line. Empty for any other value: the path becomes a directory that ccbot works in. */
export const absolutePath = (value: unknown): string => {
  const path = text(value);
  // oxlint-disable-next-line no-control-regex -- a path with them is what it looks for
  return path.startsWith('/') && path.length <= PATH_MAX && !/[\u0000-\u001f\u007f]/.test(path) ? path : '';
};

/** The fields of a nested object. Empty for any other value. */
export const fields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};

/** The items of a list. Empty for any other value. */
export const array = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);

/** The objects of a list. Empty for any other value. */
export const rows = (value: unknown): Fields[] => (Array.isArray(value) ? value.map(fields) : []);

/** A finite number. Undefined for any other value. */
export const number = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;
