import { jsonOf } from '@ccbot/shared/protocol/json';

/** A JSON object. Every field is checked where it is read. */
export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A nested object. Empty for any other value. */
export const objectOf = (value: unknown): JsonObject => (isObject(value) ? value : {});

/** A list. Empty for any other value. */
export const arrayOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Parses a JSON object. Null for anything else. */
export function parseObject(json: string): JsonObject | null {
  try {
    const value = jsonOf(json);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
