/**
 * Cuts a text to at most `most` UTF-16 units and puts `mark` in place of the middle, since start and end carry the most
 * information. Never splits a character.
 */
export function cutMiddle(text: string, most: number, mark: string): string {
  if (text.length <= most) return text;
  const half = Math.floor((most - mark.length) / 2);
  const start = text.slice(0, half).replace(/[\uD800-\uDBFF]$/, '');
  return `${start}${mark}${text.slice(-half).replace(/^[\uDC00-\uDFFF]/, '')}`;
}
