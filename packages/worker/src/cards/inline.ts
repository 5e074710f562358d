import type { Token } from 'markdown-it';
import type { Ink } from './ink';
import { hostBeside, linkable } from './link';
import type { Style } from './rich';

const STYLES: ReadonlyMap<string, Style['type']> = new Map([
  ['strong', 'bold'],
  ['em', 'italic'],
  ['s', 'strikethrough'],
  ['spoiler', 'spoiler'],
]);

/** Writes the contents of a paragraph. */
export function writeInline(ink: Ink, tokens: readonly Token[]): void {
  /** The open links, and where their text starts. */
  const links: { target: string; url: string | null; from: number }[] = [];
  for (const token of tokens) {
    switch (token.type) {
      case 'text':
      case 'text_special':
      case 'html_inline':
        ink.write(undirected(token.content));
        break;
      case 'code_inline':
        ink.verbatim({ type: 'code' }, undirected(token.content));
        break;
      case 'softbreak':
      case 'hardbreak':
        ink.write('\n');
        break;
      case 'link_open': {
        const target = String(token.attrGet('href') ?? '');
        const url = linkable(target);
        links.push({ target, url, from: ink.length() });
        if (url !== null) ink.open({ type: 'text_link', url });
        break;
      }
      case 'link_close': {
        const link = links.pop();
        if (link === undefined) break;
        const label = ink.since(link.from).trim();
        if (link.url === null) ink.write(targetBehind(label, link.target));
        else {
          if (label === '') ink.write(link.target);
          ink.close();
          ink.write(hostBehind(label === '' ? link.target : label, link.url));
        }
        break;
      }
      case 'image': {
        const target = String(token.attrGet('src') ?? '');
        const alt = plainOf(token.children ?? []).trim();
        const url = linkable(target);
        if (url === null) ink.write(alt + targetBehind(alt, target));
        else {
          ink.open({ type: 'text_link', url });
          ink.write(alt === '' ? target : alt);
          ink.close();
          ink.write(hostBehind(alt === '' ? target : alt, url));
        }
        break;
      }
      case 'footnote_ref':
        ink.write(refOf(token));
        break;
      default: {
        const type = STYLES.get(token.type.replace(/_(?:open|close)$/, ''));
        if (type === undefined) break;
        if (token.nesting === 1) ink.open({ type });
        else ink.close();
      }
    }
  }
}

/** The contents of a paragraph in one line, without styles. */
export function plainOf(tokens: readonly Token[]): string {
  let text = '';
  for (const token of tokens) {
    switch (token.type) {
      case 'softbreak':
      case 'hardbreak':
        text += ' ';
        break;
      case 'image':
        text += plainOf(token.children ?? []) || String(token.attrGet('src') ?? '');
        break;
      case 'footnote_ref':
        text += refOf(token);
        break;
      default:
        text += token.content;
    }
  }
  return text;
}

/** The target of a link that Telegram would not open, as text, unless it is the label. */
function targetBehind(label: string, target: string): string {
  if (target === '' || target === label) return '';
  return label === '' ? target : ` (${target})`;
}

/** The host of a link, as text, where its label could be taken for another. */
function hostBehind(label: string, url: string): string {
  const host = hostBeside(label, url);
  return host === '' ? '' : ` (${host})`;
}

/** Without the characters that turn the direction of writing around: they would turn the host behind a label, too. */
function undirected(text: string): string {
  return text.replace(/[\u202a-\u202e\u2066-\u2069]/g, '');
}

function refOf(token: Token): string {
  return `[${Number((token.meta as { id: number }).id) + 1}]`;
}
