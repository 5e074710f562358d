import { guarded } from './agent-text';
import { richOf } from './markdown';
import type { Card } from './model';
import { signs } from './signs';
import { answerOf, interimOf } from './reduce';
import { literal, RICH_LIMIT, richMarkdown } from './rich-markdown';
import type { CardWords } from '../words/topics/card';

/**
 * The finished turn as the Markdown of one rich message: a header, the texts before the answer, and the answer. Null when
 * text with entities shows it better. Its tools are only counted, in the header: they were on the live card, and a rich
 * message cannot fold them.
 */
export function richTurn(card: Card, header: string, words: CardWords): string | null {
  const answer = answerOf(card);
  // Most answers have no table, or are too long: they need not be parsed again.
  if (answer === null || !answer.includes('|') || answer.length > RICH_LIMIT.bytes) return null;
  const earlier = interimOf(card).map((block) => block.text);
  const folded = card.foldedTexts > 0 ? [literal(words.earlierTexts(card.foldedTexts))] : [];
  const error =
    card.error === undefined ? [] : [literal(`${signs.error} ${card.error.error} ${card.error.text}`)];
  // An open fence in one text would swallow the next.
  const texts = [...earlier, answer];
  if (texts.some((text) => (text.match(/^ {0,3}(?:```|~~~)/gm) ?? []).length % 2 === 1)) return null;
  const rich = richMarkdown([literal(header), ...folded, ...earlier, ...error, answer].join('\n\n'));
  // What has to be guarded is shown as text with entities.
  return rich === null || texts.map(richOf).some((text) => guarded(text) !== text) ? null : rich;
}
