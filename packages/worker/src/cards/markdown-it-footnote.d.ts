declare module 'markdown-it-footnote' {
  import type { MarkdownIt } from 'markdown-it';

  /** Adds footnotes, `[^1]` and `^[inline]`, to the parser. */
  export default function footnote(parser: MarkdownIt): void;
}
