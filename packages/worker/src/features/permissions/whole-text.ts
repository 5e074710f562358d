import { visible } from '../../cards/visible';
import type { Piece } from './body';

/**
 * A request as one text, for its file. Each piece is behind its name in `⟨…⟩`, a line that no text of an agent can
 * contain.
 */
export function wholeText(tool: string, pieces: readonly Piece[]): string {
  const isAmong = pieces.some(({ name }) => name === 'tool');
  const named = pieces.map(({ name, text }) => `⟨${name}⟩\n${text}`);
  return [...(isAmong ? [] : [`⟨tool⟩\n${visible(tool).text}`]), ...named, ''].join('\n\n');
}
