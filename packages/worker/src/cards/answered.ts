import type { SessionEvent } from '../sessions/events';
import { isBlank } from './clean';
import { cardWithout, TEXT_MAX, type Card, type TextBlock } from './model';

/**
 * The answer of a turn is shown at whichever comes first: its record, or the hook that tells it; the agent writes its
 * records late. The transcript is the truth: its records replace what was told, by content, so that nothing is shown
 * twice. The turn itself runs until its end is reported.
 */

type Text = Extract<SessionEvent, { type: 'text' }>;

/** The card when a hook tells the answer of the running turn. The same object if that is no news, or not of this turn. */
export function withToldAnswer(card: Card, event: Extract<SessionEvent, { type: 'answer.told' }>): Card {
  const { at, text, turnId } = event;
  if (card.phase !== 'working' || card.answered !== undefined || card.turnId !== turnId) return card;
  // A longer text than a card stores is left to the transcript.
  if (isBlank(text) || text.length > TEXT_MAX) return card;
  const known = card.texts.findLast((block) => block.interim !== true && isSame(block.text, text));
  const isRead = known !== undefined;
  if (isRead && known !== card.texts.at(-1)) return card; // late: the agent has continued
  const rest = cardWithout(card, 'writing'); // complete now
  return { ...rest, answered: isRead ? { at } : { at, told: text } };
}

/** The card whose running turn no hook can name. */
export function withoutTurnId(card: Card): Card {
  return cardWithout(card, 'turnId');
}

/** The card when the transcript has a text; `card` has that text already. */
export function withReadAnswer(card: Card, { at, text, isFinal }: Text): Card {
  const { answered } = card;
  if (card.phase !== 'working') return cardWithout(card, 'answered');
  const isTold = answered?.told !== undefined && isSame(answered.told, text);
  return isTold || isFinal === true ? { ...card, answered: { at: answered?.at ?? at } } : card;
}

/**
 * Whether the agent continues after an answer that was shown, such as when a hook of the user refuses its end. As long as
 * the transcript lacks an answer that was told, all its records come before that answer.
 */
export function continuesAfterAnswer({ phase, answered, texts }: Card, message?: string): boolean {
  const isShown = phase === 'working' && answered !== undefined && answered.told === undefined;
  return isShown && (message === undefined || message !== texts.at(-1)?.message);
}

/** Whether a record of this time comes before an answer that was told and that the transcript does not have yet. */
export function isBeforeTold({ phase, answered }: Card, at: number): boolean {
  return phase === 'working' && answered?.told !== undefined && at < answered.at;
}

/** The card whose running turn was answered, as its turn looks when it has ended well. Another card as it is. */
export function finishedCard(card: Card): Card {
  if (card.phase !== 'working' || card.answered === undefined) return card;
  return { ...card, phase: 'idle', endedAt: card.answered.at, outcome: 'done' };
}

/**
 * The card whose turn is over although no record says so, as it looks with what the transcript has. Null if it is shown
 * like that already.
 */
export function correctedCard(card: Card): Card | null {
  if (card.phase !== 'working' || card.answered?.told === undefined) return null;
  const { answered, ...rest } = card;
  return { ...rest, phase: 'idle', outcome: 'done', ...answerAtEnd(card, answered.at) };
}

/** Of a card whose turn ends at `at`: when it was answered, or that end; with the told answer if the transcript has none. */
export function answerAtEnd(card: Card, at: number): Pick<Card, 'endedAt' | 'answered'> {
  const { answered, texts, tools } = card;
  if (answered === undefined) return { endedAt: at };
  const isMissing = answered.told !== undefined && !texts.some(({ after }) => after >= tools);
  return { endedAt: answered.at, ...(isMissing ? { answered } : {}) };
}

/** Whether this is the record of the answer that a restored session had told before. */
export function isToldBefore({ toldBefore }: Card, { at, text }: Text): boolean {
  return toldBefore !== undefined && at <= toldBefore.until && isSame(toldBefore.text, text);
}

/** The told answer as a text of the turn, after all others; none if the transcript has it. */
export function toldBlocks({ answered, tools }: Card): TextBlock[] {
  if (answered?.told === undefined) return [];
  return [{ id: 'told', message: 'told', text: answered.told, after: tools }];
}

/** Agents trim what they tell to hooks. */
function isSame(a: string, b: string): boolean {
  return a.trim() === b.trim();
}
