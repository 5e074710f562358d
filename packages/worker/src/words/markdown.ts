const BACKTICK = 0x60;

/** Inline code that shows `text` as it is, whatever backticks it holds. */
export function code(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim() || ' ';
  const longest = longestTicks(line);
  const ticks = '`'.repeat(longest + 1);
  return longest > 0 ? `${ticks} ${line} ${ticks}` : `${ticks}${line}${ticks}`;
}

/** A code block that shows `text` as it is, whatever fences it holds. */
export function fence(text: string): string {
  const ticks = '`'.repeat(Math.max(2, longestTicks(text)) + 1);
  return `${ticks}\n${text}\n${ticks}`;
}

/** The length of the longest run of backticks. */
function longestTicks(text: string): number {
  let longest = 0;
  let run = 0;
  for (let at = text.indexOf('`'); at >= 0 && at < text.length; at++) {
    run = text.charCodeAt(at) === BACKTICK ? run + 1 : 0;
    if (run > longest) longest = run;
  }
  return longest;
}

/** A text without code marks around all of it; any other text as it is. */
export function withoutCodeMarks(text: string): string {
  const [, ticks = '', language = ''] = /^(`+)([^`\s]*\n)?/.exec(text) ?? [];
  const content = text.slice(ticks.length + language.length, -ticks.length);
  const isCode = ticks !== '' && text.endsWith(ticks) && content.trim() !== '' && !content.includes(ticks);
  return isCode ? content.trim() : text;
}
