/** The longest title of a tool, characters. */
const TITLE_MAX = 300;

/** Text on one line, cut to a title's length, never inside a character. */
export function oneLine(text: string): string {
  const line = text
    .slice(0, TITLE_MAX * 2)
    .replace(/[\uD800-\uDBFF]$/, '')
    .replace(/\s+/g, ' ')
    .trim();
  return line.length > TITLE_MAX ? `${[...line].slice(0, TITLE_MAX - 1).join('')}…` : line;
}
