import type { Token } from 'markdown-it';
import { answerAside, codeAside, FILES_MAX, tableAside, type AttachedBlock, type LargeBlock } from './attach';
import { cleanText } from './clean';
import { createInk, type Ink } from './ink';
import { writeInline } from './inline';
import { parseMarkdown } from './parser';
import { plain } from './rich';
import { layOut } from './table';
import { readTable } from './table-tokens';
import type { Rich } from './view';
import type { CardWords } from '../words/topics/card';

/** A thematic break. */
const RULE = '———';

/**
 * CommonMark and GFM (with footnotes and `||spoilers||`) as text with entities that Telegram takes. Blocks keep the
 * blank lines between them, lists their bullets; HTML, and links that Telegram would not open, are text. Never throws;
 * text that is too long or nested too deeply is shown as it was written. A footnote without a reference is left out, as in GFM.
 */
export function richOf(markdown: string): Rich {
  return written(markdown, null);
}

/**
 * As {@link richOf}; code and tables that are too large for a phone become files, with a preview in the text, and so does
 * a text that is too long as a whole.
 */
export function sheetOf(
  markdown: string,
  words: Pick<CardWords, 'blockSize'>,
): { rich: Rich; files: AttachedBlock[] } {
  const files: AttachedBlock[] = [];
  const whole = answerAside(markdown);
  if (whole === null) return { rich: written(markdown, { files, words }), files };
  const ink = createInk();
  setAside(ink, { files, words, lines: [] }, { ...whole, preview: cleanText(whole.preview) });
  return { rich: ink.rich(), files };
}

function written(markdown: string, target: Pick<Aside, 'files' | 'words'> | null): Rich {
  const text = cleanText(markdown);
  const tokens = parseMarkdown(text);
  if (tokens === null) return plain(text.trim());
  const ink = createInk();
  writeBlocks(ink, tokens, target === null ? null : { ...target, lines: text.split('\n') });
  return ink.rich();
}

/** Where large code and tables go. */
interface Aside {
  files: AttachedBlock[];
  words: Pick<CardWords, 'blockSize'>;
  /** Of the source. */
  lines: readonly string[];
}

/** A list being written: `next` numbers an ordered one. */
interface List {
  next: number | null;
}

/** Blocks being written. */
interface Blocks {
  readonly ink: Ink;
  readonly tokens: readonly Token[];
  readonly aside: Aside | null;
  /** The open lists, the outermost first. */
  readonly lists: List[];
  /** The source line after the last block: a block that starts later had a blank line before it. */
  line: number;
}

function writeBlocks(ink: Ink, tokens: readonly Token[], aside: Aside | null): void {
  const blocks: Blocks = { ink, tokens, aside, lists: [], line: 0 };
  for (let next = 0; next < tokens.length;) next = writeToken(blocks, next);
}

/** Writes what starts at token `i`, and returns the token after it. */
function writeToken(blocks: Blocks, i: number): number {
  const { ink, tokens, aside, lists } = blocks;
  const token = tokens[i];
  switch (token?.type) {
    case 'paragraph_open':
      setApart(blocks, token);
      break;
    case 'heading_open':
      setApart(blocks, token);
      ink.open({ type: 'bold' });
      break;
    case 'heading_close':
    case 'blockquote_close':
      ink.close();
      break;
    case 'blockquote_open':
      ink.open({ type: 'blockquote' });
      break;
    case 'bullet_list_open':
      lists.push({ next: null });
      break;
    case 'ordered_list_open':
      lists.push({ next: Number(token.attrGet('start') ?? 1) });
      break;
    case 'bullet_list_close':
    case 'ordered_list_close':
      lists.pop();
      break;
    case 'list_item_open':
      openItem(blocks, token, tokens[i + 2]);
      break;
    case 'list_item_close':
      closeItem(ink);
      break;
    case 'inline':
      writeInline(ink, token.children ?? []);
      break;
    case 'fence':
    case 'code_block':
      setApart(blocks, token);
      writeCode(ink, token, lists.length > 0, aside);
      break;
    case 'hr':
      setApart(blocks, token);
      ink.write(RULE);
      break;
    case 'table_open':
      setApart(blocks, token);
      return writeTable(blocks, token, i) + 1;
    case 'footnote_block_open':
      ink.gap(2);
      break;
    case 'footnote_open':
      openFootnote(ink, token);
      break;
    default:
      break;
  }
  return i + 1;
}

/** Starts a block on a line of its own, after a blank line where the source has one. */
function setApart(blocks: Blocks, token: Token): void {
  const [first, last] = token.map ?? [blocks.line, blocks.line];
  blocks.ink.gap(token.hidden || first <= blocks.line ? 1 : 2);
  blocks.line = Math.max(blocks.line, last);
}

function openItem(blocks: Blocks, token: Token, content: Token | undefined): void {
  const { ink, lists } = blocks;
  ink.gap((token.map?.[0] ?? blocks.line) > blocks.line ? 2 : 1);
  blocks.line = Math.max(blocks.line, (token.map?.[0] ?? 0) + 1);
  ink.write(bulletOf(lists, content));
  ink.stay(true);
}

function closeItem(ink: Ink): void {
  ink.stay(false);
  ink.gap(1);
}

function openFootnote(ink: Ink, token: Token): void {
  ink.gap(1);
  ink.write(`[${Number((token.meta as { id: number }).id) + 1}] `);
  ink.stay(true);
}

/** Writes the table that starts at token `i`, and returns its last token. */
function writeTable({ ink, tokens, aside }: Blocks, token: Token, i: number): number {
  const { table, links, end } = readTable(tokens, i);
  const laidOut = layOut(table);
  const [from, to] = token.map ?? [0, 0];
  const source = links.length > 0 ? (aside?.lines.slice(from, to).join('\n') ?? null) : null;
  if (!setAside(ink, aside, tableAside(table, laidOut, source))) {
    ink.verbatim({ type: 'pre' }, laidOut);
    ink.gap(1);
    writeInline(ink, links);
  }
  ink.gap(2);
  return end;
}

/** The bullet of an item with its indentation; for a task its box, which is removed from the item's text. */
function bulletOf(lists: readonly List[], content: Token | undefined): string {
  const list = lists.at(-1);
  const indent = '  '.repeat(Math.min(lists.length, 8) - 1);
  const first = content?.type === 'inline' ? content.children?.[0] : undefined;
  const task = first?.type === 'text' ? /^\[([ xX])\]\s/.exec(first.content) : null;
  const box = task === null ? '' : task[1] === ' ' ? '☐ ' : '☑ ';
  if (first !== undefined && task !== null) first.content = first.content.slice(task[0].length);
  if (list !== undefined && list.next !== null) return `${indent}${list.next++}. ${box}`;
  if (box !== '') return indent + box;
  return `${indent}${lists.length % 2 === 1 ? '•' : '◦'} `;
}

/** A code block without the indentation that all its lines share: phones are narrow. */
function writeCode(ink: Ink, token: Token, inList: boolean, aside: Aside | null): void {
  const lines = token.content
    .replace(/^(?:[ \t]*\n)+/, '')
    .trimEnd()
    .split('\n');
  let indent = /^[ \t]*/.exec(lines[0] ?? '')?.[0] ?? '';
  for (const line of lines) {
    if (line.trim() === '') continue;
    while (indent !== '' && !line.startsWith(indent)) indent = indent.slice(0, -1);
  }
  const code = lines.map((line) => (line.startsWith(indent) ? line.slice(indent.length) : '')).join('\n');
  const language = /^[\w+#.-]{1,40}/.exec(token.info.trim())?.[0];
  if (inList) {
    ink.stay(true);
    ink.write('\n');
  }
  if (setAside(ink, aside, codeAside(code, language))) return;
  ink.verbatim(language === undefined ? { type: 'pre' } : { type: 'pre', language }, code);
}

/** Writes a preview, and adds the whole to the files; false when it fits, or there are too many files. */
function setAside(ink: Ink, aside: Aside | null, found: LargeBlock | null): boolean {
  if (aside === null || found === null || aside.files.length >= FILES_MAX) return false;
  const { files, words } = aside;
  const name = `${found.base}-${files.length + 1}.${found.extension}`;
  files.push({ name, text: found.text });
  if (found.preview !== '') ink.verbatim(found.style, found.preview);
  ink.gap(1);
  ink.open({ type: 'italic' });
  ink.write(`📎 ${name} · ${words.blockSize(found.size)}`);
  ink.close();
  return true;
}
