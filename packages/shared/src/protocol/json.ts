import type * as z from 'zod/mini';

/** The content of a JSON text, or null if it is not JSON or does not fit the schema. */
export function parseJson<T>(schema: z.ZodMiniType<T>, text: string): T | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null; // half a line, or not JSON at all
  }
  return schema.safeParse(json).data ?? null;
}
