/** Inline code that shows `text` as it is, whatever backticks it holds. */
export function code(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim() || ' ';
  const longest = longestOf(line.matchAll(/`+/g), 0);
  const ticks = '`'.repeat(longest + 1);
  return longest > 0 ? `${ticks} ${line} ${ticks}` : `${ticks}${line}${ticks}`;
}

/** A code block that shows `text` as it is, whatever fences it holds. */
export function fence(text: string): string {
  const longest = longestOf(text.matchAll(/`{3,}/g), 2);
  const ticks = '`'.repeat(longest + 1);
  return `${ticks}\n${text}\n${ticks}`;
}

function longestOf(runs: Iterable<RegExpExecArray>, least: number): number {
  let longest = least;
  for (const [run] of runs) longest = Math.max(longest, run.length);
  return longest;
}
