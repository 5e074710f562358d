import type { Token } from 'markdown-it';
import { plainOf } from './inline';
import { linkable } from './link';
import type { Alignment, Table } from './table';

/**
 * Reads the table that starts at `tokens[start]`. A monospace block cannot have links, so the links of its cells are
 * returned separately, as the contents of a line below it. `end` is the table's last token.
 */
export function readTable(
  tokens: readonly Token[],
  start: number,
): { table: Table; links: Token[]; end: number } {
  const rows: string[][] = [];
  const alignments: Alignment[] = [];
  const links: Token[] = [];
  let end = start;
  for (; end < tokens.length; end++) {
    const token = tokens[end];
    if (token === undefined || token.type === 'table_close') break;
    if (token.type === 'tr_open') rows.push([]);
    if (token.type === 'th_open') alignments.push(alignmentOf(token));
    if (token.type === 'inline') {
      const children = token.children ?? [];
      rows.at(-1)?.push(plainOf(children).replace(/\s+/g, ' ').trim());
      const found = linksOf(children);
      const [first] = found;
      if (links.length > 0 && first !== undefined) links.push(separatorLike(first));
      for (const link of found) links.push(link);
    }
  }
  return { table: { alignments, rows }, links, end };
}

function alignmentOf(token: Token): Alignment {
  const style = String(token.attrGet('style') ?? '');
  return style.endsWith('right') ? 'right' : style.endsWith('center') ? 'center' : 'left';
}

/** The links and images among `children`, with dots between them. A link that would only repeat its text is left out. */
function linksOf(children: readonly Token[]): Token[] {
  const found: Token[] = [];
  let open = -1;
  children.forEach((token, i) => {
    if (token.type === 'link_open') open = i;
    const from = token.type === 'link_close' ? open : token.type === 'image' && open < 0 ? i : -1;
    if (token.type === 'link_close') open = -1;
    if (from < 0) return;
    const content = children.slice(from, i + 1);
    const target = String(content[0]?.attrGet('href') ?? content[0]?.attrGet('src') ?? '');
    if (plainOf(content) === target && linkable(target) === null) return;
    if (found.length > 0) found.push(separatorLike(token));
    for (const child of content) found.push(child);
  });
  return found;
}

function separatorLike(token: Token): Token {
  const separator = Object.create(token) as Token;
  separator.type = 'text';
  separator.nesting = 0;
  separator.content = ' · ';
  return separator;
}
