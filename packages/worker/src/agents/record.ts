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
