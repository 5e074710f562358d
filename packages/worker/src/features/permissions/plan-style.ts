import type { Entity } from '../../cards/view';

/** A message has 100 entities; other pieces need some too. */
const MOST = 60;

/** Headings, code and strong words, each in one line. */
const MARKUP =
  /^#{1,6} .*[^\s#]|^```[^\n]*\n(?:(?!```)[^\n]*\n)*?```|\*\*[^\s*](?:[^*\n]*[^\s*])?\*\*|`[^`\s](?:[^`\n]*[^`\s])?`/gm;

/**
 * Styles the Markdown of a plan without touching a letter: rendering it would hide the addresses of links, comments and
 * whatever else has no look.
 */
export function planStyle(text: string): Entity[] {
  const entities: Entity[] = [];
  for (const match of text.matchAll(MARKUP)) {
    if (entities.length === MOST) break;
    const whole = match[0];
    const length = whole.length;
    const type = whole.startsWith('```') ? 'pre' : whole.startsWith('`') ? 'code' : 'bold';
    entities.push({ type, offset: match.index, length });
  }
  return entities;
}
