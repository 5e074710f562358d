import type { SessionEvent } from '../sessions/events';
import type { Card } from './model';

/** The card after `event`; the very same object when the event changes nothing. */
export function reduceCard(card: Card, event: SessionEvent): Card {
  void event;
  return card;
}

/** The final answer of the turn in full, in Markdown; `null` when the agent said nothing. */
export function answerOf(card: Card): string | null {
  return card.texts.length === 0 ? null : card.texts.map((block) => block.text).join('\n\n');
}
