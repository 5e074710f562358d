import { guarded } from './agent-text';
import { button } from './button';
import { BUTTON } from './buttons';
import { maskedLine } from './clean';
import { discreet } from './redact/mask';
import type { Card } from './model';
import { answerOf } from './reduce';
import { join, plain, styled } from './rich';
import { signs } from './signs';
import { richOf } from './markdown';
import type { Rich, View } from './view';
import type { Words } from '../words/words';

type PushWords = Pick<Words, 'board'>;

/** UTF-16 units of an answer in a short message: two lines on a phone. */
const ANSWER_MAX = 160;

/** The short message about a turn that ended in a session to which the chat does not write. */
export function renderPush(card: Card, words: PushWords): View {
  const failed = card.outcome === 'failed';
  const head = headOf(failed ? signs.outcome.failed : signs.outcome.done, card, [
    words.board.state[failed ? 'failed' : 'finished'],
    ...(card.startedAt === undefined || card.endedAt === undefined
      ? []
      : [words.board.span(card.endedAt - card.startedAt)]),
  ]);
  const text = failed
    ? [card.error?.error, card.error?.text].filter(Boolean).join(': ')
    : (answerOf(card) ?? '');
  const start = maskedLine(discreet(richOf(text.slice(0, ANSWER_MAX * 8))).text, ANSWER_MAX);
  return viewOf(join([head, guarded(plain(start))], '\n'), card.session, words);
}

/** The short message about a session that works, but has been silent for so many minutes. */
export function renderSilence(card: Card, minutes: number, words: PushWords): View {
  return viewOf(headOf('💤', card, [words.board.silentFor(minutes)]), card.session, words);
}

function headOf(sign: string, card: Card, facts: readonly string[]): Rich {
  const name = maskedLine(card.name, 64) || card.session;
  return join([plain(`${sign} `), styled('bold', name), plain(facts.map((fact) => ` · ${fact}`).join(''))]);
}

function viewOf({ text, entities }: Rich, session: string, { board }: PushWords): View {
  return { parts: [{ text, entities, buttons: [[button(BUTTON.switch, board.open, { session })]] }] };
}
