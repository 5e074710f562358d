import type { Card } from './model';
import { labels, signs } from './labels';
import { answerOf, interimOf } from './reduce';
import { literal, RICH_LIMIT, richMarkdown } from './rich-markdown';
import type { CardWords } from '../words/topics/card';

/**
 * The finished turn as the Markdown of one rich message: a header, what was said before the answer, and the answer.
 * Null when it is better shown as text with entities. Its tools are counted in the header only: they were on the live
 * card, and a rich message cannot fold them.
 */
export function richTurn(card: Card, header: string, words: CardWords = labels): string | null {
  const answer = answerOf(card);
  // Nine of ten have no table, and a long one is none either: they need not be read again.
  if (answer === null || !answer.includes('|') || answer.length > RICH_LIMIT.bytes) return null;
  const said = interimOf(card).map((block) => block.text);
  const folded = card.foldedTexts > 0 ? [literal(words.earlierTexts(card.foldedTexts))] : [];
  const error =
    card.error === undefined ? [] : [literal(`${signs.error} ${card.error.error} ${card.error.text}`)];
  // Each text ends what it has begun: an open fence must not swallow the answer.
  const texts = [...said, answer];
  if (texts.some((text) => (text.match(/^ {0,3}(?:```|~~~)/gm) ?? []).length % 2 === 1)) return null;
  return richMarkdown([literal(header), ...folded, ...said, ...error, answer].join('\n\n'));
}
