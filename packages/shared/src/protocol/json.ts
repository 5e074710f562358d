import type * as z from 'zod/mini';

/** The deepest nesting that is read. To walk a deeper value, or to write it again, could exhaust the stack. */
const DEPTH_MAX = 128;

/** The value of a JSON text. Throws a SyntaxError for anything else, and for JSON that is nested too deeply. */
export function jsonOf(text: string): unknown {
  if (!isShallow(text)) throw new SyntaxError(`JSON nested deeper than ${DEPTH_MAX} levels`);
  return JSON.parse(text);
}

/** The content of a JSON text, or null if it is not JSON or does not fit the schema. */
export function parseJson<T>(schema: z.ZodMiniType<T>, text: string): T | null {
  let json: unknown;
  try {
    json = jsonOf(text);
  } catch {
    return null; // half a line, or not JSON at all
  }
  return schema.safeParse(json).data ?? null;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

function isShallow(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === 0x5b || code === 0x7b) {
      if (++depth > DEPTH_MAX) return false;
    } else if (code === 0x5d || code === 0x7d) depth--;
  }
  return true;
}

/** Where the string that starts at `start` ends. Most of a record is strings, and searching is faster than reading. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return end;
  }
  return text.length;
}
