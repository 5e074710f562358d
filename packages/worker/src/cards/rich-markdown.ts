import type { Token } from 'markdown-it';
import { cleanText } from './clean';
import { createParser } from './parser';

/**
 * The limits of a rich message (Bot API, InputRichMessage): characters, of which we count bytes to be safe; blocks,
 * with list items and rows of tables; levels of nesting; columns of a table. With some room for our own lines.
 */
export const RICH_LIMIT = { bytes: 32_768, blocks: 480, levels: 14, columns: 20 };

/** A line of hyphens that makes a table of what stands before it. */
const DELIMITER = /^[\s>]*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;

const parser = createParser();

/**
 * The Markdown of an answer as a rich message takes it, or null for one that is better sent as text with entities:
 * one without a table, which is what only a rich message can show; one that is too much; or one so unusual that another
 * parser might read something else in it. `<`, `$` and `==` outside code are escaped, pictures become links, and tables
 * have a blank line before them.
 */
export function richMarkdown(markdown: string): string | null {
  if (markdown.length > RICH_LIMIT.bytes) return null; // escaping makes it longer, never shorter
  const text = cleanText(markdown).trim();
  const tokens = parser.parse(text, {});
  if (!tokens.some((token) => token.type === 'table_open') || !isTame(tokens)) return null;
  const lines = text.split('\n');
  const fenced = rangesOf(tokens, 'fence');
  const tables = rangesOf(tokens, 'table_open');
  const out: string[] = [];
  for (const [i, line] of lines.entries()) {
    if (fenced.some(([from, to]) => i >= from && i < to)) {
      out.push(line);
      continue;
    }
    // It would be a table to another parser, and is none to ours.
    const delimits = line.includes('|') && DELIMITER.test(line);
    if (delimits && !tables.some(([from]) => i === from + 1)) return null;
    if (tables.some(([from]) => from === i) && out.at(-1)?.trim()) out.push('');
    out.push(escaped(line));
  }
  const rich = out.join('\n');
  return new TextEncoder().encode(rich).length > RICH_LIMIT.bytes ? null : rich;
}

/** Plain text as Markdown that shows it as it is, in one line. */
export function literal(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[!-/:-@[-`{-~]/g, '\\$&');
}

/** True for what every parser reads alike: code and tables at the outermost level only, and not too much of all. */
function isTame(tokens: readonly Token[]): boolean {
  let blocks = 0;
  let columns = 0;
  for (const token of tokens) {
    if (token.level > RICH_LIMIT.levels || token.type === 'code_block') return false;
    if ((token.type === 'fence' || token.type === 'table_open') && token.level > 0) return false;
    if (token.type.startsWith('footnote')) return false;
    if (token.nesting === 1 || token.nesting === 0) blocks++;
    columns = token.type === 'tr_open' ? 0 : token.type === 'th_open' ? columns + 1 : columns;
    if (columns > RICH_LIMIT.columns) return false;
  }
  return blocks <= RICH_LIMIT.blocks;
}

function rangesOf(tokens: readonly Token[], type: string): [number, number][] {
  return tokens.flatMap((token) => (token.type === type && token.map !== null ? [token.map] : []));
}

/** A line outside code blocks; what stands between equally long runs of backticks is code and stays. */
function escaped(line: string): string {
  let out = '';
  let rest = line;
  for (;;) {
    const open = /`+/.exec(rest);
    if (open === null) return out + escapedText(rest);
    const ticks = open[0];
    const from = open.index + ticks.length;
    const close = [...rest.slice(from).matchAll(/`+/g)].find((run) => run[0].length === ticks.length);
    out += escapedText(rest.slice(0, open.index));
    const to = close === undefined ? from : from + close.index + ticks.length;
    out += rest.slice(open.index, to);
    rest = rest.slice(to);
  }
}

function escapedText(text: string): string {
  return text
    .replace(/<((?:https?|mailto|tg):[^\s<>]+)>/g, '$1')
    .replace(/\\.|!(?=\[)|[<$]|={2,}/g, (found) => {
      if (found.startsWith('\\')) return found; // escaped already
      if (found === '!') return '';
      if (found === '<') return '&lt;';
      return found.replace(/./g, '\\$&');
    });
}
