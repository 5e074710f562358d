import type { Card } from './model';
import type { View } from './view';
import { richOf } from './markdown';
import { paginate } from './paginate';

/** The live card: always one part. `now` is ms since the epoch. */
export function renderCard(card: Card, now: number): View {
  void now;
  return { parts: [{ text: card.name, entities: [] }] };
}

/** The finished turn, in as many parts as it takes. */
export function renderFinished(card: Card): View {
  return { parts: [{ text: card.name, entities: [] }] };
}

/** What ccbot itself says, in Markdown. Blank Markdown gives a view without parts. */
export function renderNotice(markdown: string): View {
  return { parts: paginate(richOf(markdown)) };
}
