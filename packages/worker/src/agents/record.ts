/** A record of a transcript: whatever an agent wrote, looked at field by field. */
export type Fields = Readonly<Record<string, unknown>>;

/** One line as a record; null for anything else than a JSON object. */
export function recordOf(line: string): Fields | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
  } catch {
    return null; // a damaged line; the ones after it are whole
  }
}

/** A field's text; empty where it holds something else. */
export const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** A field's own fields; none where it holds something else. */
export const fields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};

/** A field's rows; none where it holds something else. */
export const rows = (value: unknown): Fields[] => (Array.isArray(value) ? value.map(fields) : []);

/** A field's finite number; undefined where it holds something else. */
export const number = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;
