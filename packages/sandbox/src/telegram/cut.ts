/** The most UTF-16 units of a message. */
const LENGTH_MAX = 4_096;

/** The messages that a phone makes of a text: trimmed, and cut where Telegram's own clients would, never within a character. */
export function asSent(words: string): string[] {
  const parts: string[] = [];
  let rest = words.toWellFormed().trim();
  while (rest.length > LENGTH_MAX) {
    const window = rest.slice(0, LENGTH_MAX);
    const line = window.lastIndexOf('\n');
    let at = line >= LENGTH_MAX - NEAR ? line : LENGTH_MAX;
    if (!rest.slice(0, at).isWellFormed()) at--;
    parts.push(rest.slice(0, at).trim());
    rest = rest.slice(at).trim();
  }
  return [...parts, rest].filter((part) => part !== '');
}

/** A line's end is a good place to cut only this near to the limit, UTF-16 units. */
const NEAR = 96;
