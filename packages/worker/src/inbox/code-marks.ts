/**
 * Code as the user typed it. Clients take one backtick away on both sides, so what is left of a longer mark that was
 * typed is part of the code. Otherwise the mark is longer than any run of backticks in the code. `before`: the rest of
 * the line in front of it.
 */
export function codeSpan(code: string, before: string): string {
  if (/\n[^\S\n]*\n/.test(code)) return codeBlock(code, '');
  const opening = /^`*/.exec(code)?.[0].length ?? 0;
  const closing = trailingTicks(code);
  const isTyped = closing > 0 && (opening > 0 || hasRun(before, closing + 1));
  if (isTyped || !code.includes('`')) return `\`${code}\``;
  const ticks = '`'.repeat(longestRun(code) + 1);
  const pad = opening > 0 || closing > 0 ? ' ' : '';
  return `${ticks}${pad}${code}${pad}${ticks}`;
}

/** A code block. The same rule: what is left of a longer fence is part of the code. */
export function codeBlock(code: string, language: string): string {
  const opening = /^`+(?=[^`\n]*\n)/.exec(code)?.[0];
  if (language === '' && opening !== undefined && code.endsWith(`\n${opening}`)) return `\`\`\`${code}\`\`\``;
  const ticks = '`'.repeat(Math.max(3, longestRun(code) + 1));
  return `${ticks}${language}\n${code}\n${ticks}`;
}

function trailingTicks(code: string): number {
  let end = code.length;
  while (end > 0 && code[end - 1] === '`') end--;
  return code.length - end;
}

function hasRun(text: string, length: number): boolean {
  for (const [run] of text.matchAll(/`+/g)) if (run.length === length) return true;
  return false;
}

function longestRun(text: string): number {
  let longest = 0;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  return longest;
}
