/** Length of a message, UTF-16 units. */
const LENGTH_MAX = 4_096;

/** Splits a text into messages as Telegram's clients do: trimmed, and never cut within a character. */
export function splitMessage(text: string): string[] {
  const parts: string[] = [];
  let rest = text.toWellFormed().trim();
  while (rest.length > LENGTH_MAX) {
    const window = rest.slice(0, LENGTH_MAX);
    const line = window.lastIndexOf('\n');
    let end = line >= LENGTH_MAX - NEAR ? line : LENGTH_MAX;
    if (!rest.slice(0, end).isWellFormed()) end--;
    parts.push(rest.slice(0, end).trim());
    rest = rest.slice(end).trim();
  }
  return [...parts, rest].filter((part) => part !== '');
}

/** A text is cut at the end of a line only this close to the limit, UTF-16 units. */
const NEAR = 96;
