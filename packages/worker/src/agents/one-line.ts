/** Longest title of a tool, in characters. */
const TITLE_MAX = 300;

/** Puts text on one line and cuts it to the length of a title. Never splits a character. */
export function oneLine(text: string): string {
  const line = text
    .slice(0, TITLE_MAX * 2)
    .replace(/[\uD800-\uDBFF]$/, '')
    .replace(/\s+/g, ' ')
    .trim();
  return line.length > TITLE_MAX ? `${[...line].slice(0, TITLE_MAX - 1).join('')}…` : line;
}
