/**
 * A text of at most `most` UTF-16 units, cut in the middle, with `mark` there: how something begins and how it ends
 * tells most of it. Never inside a character.
 */
export function cutMiddle(text: string, most: number, mark: string): string {
  if (text.length <= most) return text;
  const half = Math.floor((most - mark.length) / 2);
  const start = text.slice(0, half).replace(/[\uD800-\uDBFF]$/, '');
  return `${start}${mark}${text.slice(-half).replace(/^[\uDC00-\uDFFF]/, '')}`;
}
