import { withoutTaps } from './agent-text';
import type { Card } from './model';
import { paginate } from './paginate';
import { finishedTurn, promptLine } from './render';
import { join, plain, styled } from './rich';
import type { Rich } from './view';
import type { CardWords } from '../words/topics/card';
import type { BoardWords } from '../words/topics/board';

/** UTF-16 units and entities of a page: it shares one message with a header, a panel and a prompt's line. */
const PAGE = { units: 2_400, entities: 70 };

/** UTF-16 units of a prompt on its own line. */
const PROMPT_MAX = 200;

/** A past turn in pages that fit on a card, in order; `by`: the other user who wrote the prompt. */
export function turnPages(card: Card, words: CardWords, by?: string): Rich[] {
  const prompt = promptLine(card.prompt, by, PROMPT_MAX);
  // A turn whose end is not in the transcript is shown as an interrupted one.
  const { turn } = finishedTurn(card.phase === 'working' ? { ...card, outcome: 'interrupted' } : card, words);
  return paginate(join([withoutTaps(prompt), turn], '\n\n'), PAGE.units, PAGE.entities);
}

/** `page 2 of 5`; empty where there is only one. */
export function pageLine(page: number, pages: number, words: Pick<BoardWords, 'page'>): Rich {
  return pages < 2 ? plain('') : styled('italic', words.page(page + 1, pages));
}
