import type { Token } from 'markdown-it';
import { cleanText } from './clean';
import { plainOf } from './inline';
import { hostBeside, linkable } from './link';
import { parseMarkdown } from './parser';

/**
 * The limits of a rich message (Bot API, InputRichMessage): characters (we count bytes, to be safe); blocks, including list
 * items and rows of tables; levels of nesting; columns of a table. Leaves some room for our own lines.
 */
export const RICH_LIMIT = { bytes: 32_768, blocks: 480, levels: 14, columns: 20 };

/** What the line consists of that makes the line before it the header of a table. */
const DELIMITER = /^[\s>|:-]+$/;

/**
 * The Markdown of an answer for a rich message. Null for one that is better sent as text with entities: without a table,
 * which only a rich message can show; too long; or so unusual that another parser might read it differently. `<`, `$` and
 * `==` outside code are escaped, images become links, and tables have a blank line before them.
 */
export function richMarkdown(markdown: string): string | null {
  if (markdown.length > RICH_LIMIT.bytes) return null; // escaping makes it longer, never shorter
  const text = cleanText(markdown).trim();
  const tokens = parseMarkdown(text);
  if (tokens === null || !tokens.some((token) => token.type === 'table_open') || !isTame(tokens)) return null;
  const lines = text.split('\n');
  const fenced = rangesOf(tokens, 'fence');
  const tables = rangesOf(tokens, 'table_open');
  const out: string[] = [];
  for (const [i, line] of lines.entries()) {
    if (fenced.some(([from, to]) => i >= from && i < to)) {
      out.push(line);
      continue;
    }
    // Another parser would see a table here, ours does not.
    const delimits = line.includes('|') && line.includes('-') && DELIMITER.test(line);
    if (delimits && !tables.some(([from]) => i === from + 1)) return null;
    if (tables.some(([from]) => from === i) && out.at(-1)?.trim()) out.push('');
    out.push(escaped(line));
  }
  const rich = out.join('\n');
  return new TextEncoder().encode(rich).length > RICH_LIMIT.bytes ? null : rich;
}

/** Markdown that shows plain text as it is, in one line. */
export function literal(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[!-/:-@[-`{-~]/g, '\\$&');
}

/** Whether every parser reads it alike: code and tables at the outermost level only, and within the limits. */
function isTame(tokens: readonly Token[]): boolean {
  let blocks = 0;
  let columns = 0;
  for (const token of tokens) {
    if (token.level > RICH_LIMIT.levels || token.type === 'code_block') return false;
    if ((token.type === 'fence' || token.type === 'table_open') && token.level > 0) return false;
    if (token.type.startsWith('footnote') || !hasHonestLinks(token.children ?? [])) return false;
    if (token.nesting === 1 || token.nesting === 0) blocks++;
    columns = token.type === 'tr_open' ? 0 : token.type === 'th_open' ? columns + 1 : columns;
    if (columns > RICH_LIMIT.columns) return false;
  }
  return blocks <= RICH_LIMIT.blocks;
}

/** Whether each link may be shown as it is: with its host beside it, it is text with entities. */
function hasHonestLinks(tokens: readonly Token[]): boolean {
  let open = -1;
  return tokens.every((token, i) => {
    if (token.type === 'link_open') open = i;
    if (token.type !== 'link_close' && token.type !== 'image') return true;
    const link = token.type === 'image' ? token : tokens[open];
    const label = plainOf(token.type === 'image' ? [token] : tokens.slice(open, i));
    const url = linkable(link?.attrGet('href') ?? link?.attrGet('src') ?? '');
    return url !== null && hostBeside(label, url) === '';
  });
}

function rangesOf(tokens: readonly Token[], type: string): [number, number][] {
  return tokens.flatMap((token) => (token.type === type && token.map !== null ? [token.map] : []));
}

/** Escapes a line outside code blocks, except the code between equally long runs of backticks. */
function escaped(line: string): string {
  const runs = [...line.matchAll(/`+/g)].map(({ index, 0: ticks }) => ({ index, length: ticks.length }));
  const closing = closingRuns(runs);
  let out = '';
  let at = 0;
  for (let i = 0; i < runs.length; i++) {
    const run = runs[i];
    if (run === undefined) break;
    out += escapedText(line.slice(at, run.index));
    const last = closing[i] ?? i;
    at = (runs[last]?.index ?? 0) + run.length;
    out += line.slice(run.index, at);
    i = last;
  }
  return out + escapedText(line.slice(at));
}

/** For each run of backticks the index of the next one of its length, if there is one. */
function closingRuns(runs: readonly { length: number }[]): (number | undefined)[] {
  const next = new Map<number, number>();
  const closing: (number | undefined)[] = [];
  for (let i = runs.length - 1; i >= 0; i--) {
    const length = runs[i]?.length ?? 0;
    closing[i] = next.get(length);
    next.set(length, i);
  }
  return closing;
}

function escapedText(text: string): string {
  return text.replace(/<((?:https?|mailto):[^\s<>]+)>/g, '$1').replace(/\\.|!(?=\[)|[<$]|={2,}/g, (found) => {
    if (found.startsWith('\\')) return found; // escaped already
    if (found === '!') return '';
    if (found === '<') return '&lt;';
    return found.replace(/./g, '\\$&');
  });
}
