import type { Card } from './model';
import { paginate } from './paginate';
import { promptLine, renderFinished } from './render';
import { join, plain, styled } from './rich';
import type { Rich } from './view';
import type { CardWords } from '../words/topics/card';
import type { BoardWords } from '../words/topics/board';

/** UTF-16 units and entities of a page: it has a head, a panel and a prompt's line beside it in one message. */
const PAGE = { units: 2_400, entities: 70 };

/** UTF-16 units of a prompt on its own line. */
const PROMPT_MAX = 200;

/** A past turn in pages that fit on a card, the first first; `by`: who wrote the prompt, where that was another person. */
export function turnPages(card: Card, words: CardWords, by?: string): Rich[] {
  const asked = promptLine(card.prompt, by, PROMPT_MAX);
  // A turn whose end is not in the transcript is shown as far as it is.
  const told = renderFinished(card.phase === 'working' ? { ...card, outcome: 'interrupted' } : card, words);
  const texts = told.parts
    .filter((part) => part.file === undefined)
    .map(({ text, entities }) => ({ text, entities }));
  return paginate(join([asked, ...texts], '\n\n'), PAGE.units, PAGE.entities);
}

/** `page 2 of 5`, where there is more than one. */
export function pageLine(page: number, pages: number, words: Pick<BoardWords, 'page'>): Rich {
  return pages < 2 ? plain('') : styled('italic', words.page(page + 1, pages));
}
