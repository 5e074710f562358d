import { bad } from './model';
import { LIMITS } from './strict';

/** The line of hyphens under the header of a table. */
const DELIMITER = /^[\s>]*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;

/**
 * Returns the Markdown of a rich message. The check is stricter than the real server's: it refuses what Telegram's parser
 * drops silently, such as a `<` outside code or a table without a blank line before it.
 */
export function checkRich(value: unknown): string {
  const markdown = (value as { markdown?: unknown } | null)?.markdown;
  if (typeof markdown !== 'string' || markdown.trim() === '') throw bad('rich message is empty');
  if (!markdown.isWellFormed() || markdown.includes('\0')) throw bad('strings must be encoded in UTF-8');
  if (markdown.length > LIMITS.rich) throw bad('rich message is too long');
  const lines = markdown.split('\n');
  let fence = '';
  for (const [i, line] of lines.entries()) {
    const mark = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line);
    if (fence !== '') {
      const isClosing = mark?.[1]?.startsWith(fence) === true && mark[2]?.trim() === '';
      if (isClosing) fence = '';
      continue;
    }
    if (mark?.[1] !== undefined && !(mark[1].startsWith('`') && mark[2]?.includes('`'))) {
      fence = mark[1];
      continue;
    }
    const text = withoutCode(line);
    if (/(?<!\\)(?:\\\\)*</.test(text))
      throw bad('sandbox: a < outside code, which Telegram would read as a tag');
    if (/(?<!\\)(?:\\\\)*!\[[^\]]*\]\(/.test(text))
      throw bad('sandbox: a picture, which Telegram would fetch');
    if (line.includes('|') && DELIMITER.test(line)) checkTable(lines, i);
  }
  return markdown;
}

function checkTable(lines: readonly string[], delimiter: number): void {
  const header = lines[delimiter - 1] ?? '';
  if (!header.includes('|')) return;
  if ((lines[delimiter - 2] ?? '').trim() !== '')
    throw bad('sandbox: a table without a blank line before it, which Telegram would ignore');
  const columns = (lines[delimiter] ?? '').split('|').filter((cell) => cell.trim() !== '').length;
  if (columns > LIMITS.richColumns) throw bad('rich message has a table of too many columns');
}

/** The line without its code spans. */
function withoutCode(line: string): string {
  return line.replace(/(?<!`)(`+)(?!`)(.*?)(?<!`)\1(?!`)/g, '');
}
