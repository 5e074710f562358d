/** A longer run of combining marks is no text. The limit is that of Unicode's stream-safe format (UAX #15). */
const EXCESS = /(?<=\p{M}{30})\p{M}+/gu;

/** The text without what makes `normalize` quadratic: it sorts each run of combining marks, one by one. */
export function streamSafe(text: string): string {
  return text.replace(EXCESS, '');
}
