/** A JSON object. Every field is checked where it is read. */
export type Fields = Record<string, unknown>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

/** The objects in a list. Empty for any other value. */
export function records(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}
