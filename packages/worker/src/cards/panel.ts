import { maskedLine } from './clean';
import { ENTITY_LIMIT, TEXT_LIMIT } from './paginate';
import { join, plain, styled } from './rich';
import type { Rich } from './view';
import type { Words } from '../words/words';

/** One session that the chat does not write to. */
export interface PanelLine {
  name: string;
  state: 'needs' | 'failed' | 'silent' | 'working' | 'starting' | 'finished' | 'ready';
  /** How long it has worked, or been silent, ms. */
  forMs?: number;
  /** How full its context is, percent. */
  context?: number;
}

type PanelWords = Pick<Words, 'board' | 'card'>;

const MINUTE_MS = 60_000;

/** The one sign that a glance needs. */
const SIGNS: Readonly<Record<PanelLine['state'], string>> = {
  needs: '❓',
  failed: '✗',
  silent: '💤',
  working: '⏳',
  starting: '⏳',
  finished: '✓',
  ready: '●',
};

/** UTF-16 units of a name, and of the whole panel: a card has to have room for it in one message. */
const NAME_MAX = 24;
const PANEL_MAX = 1_200;

/** The panel at the foot of a card: a line each, at most `most`, and how many there are beyond. */
export function panelOf(lines: readonly PanelLine[], most: number, words: PanelWords): Rich {
  if (lines.length === 0 || most <= 0) return plain('');
  const rows: Rich[] = [];
  let length = 0;
  for (const line of lines.slice(0, most)) {
    const row = rowOf(line, words);
    length += row.text.length + 1;
    if (length > PANEL_MAX) break;
    rows.push(row);
  }
  const left = lines.length - rows.length;
  if (left > 0) rows.push(plain(words.card.more(left)));
  return join([styled('italic', words.board.panel), ...rows], '\n');
}

/** A card with the panel at its foot, where both fit into one message; the card itself comes first. */
export function withPanel(card: Rich, panel: Rich): Rich {
  const whole = join([card, panel], '\n\n');
  return whole.text.length <= TEXT_LIMIT && whole.entities.length <= ENTITY_LIMIT ? whole : card;
}

function rowOf({ name, state, forMs, context }: PanelLine, { board, card }: PanelWords): Rich {
  const facts = [
    forMs === undefined || forMs < MINUTE_MS
      ? board.state[state]
      : // A panel that counted seconds would be an edit each time.
        `${board.state[state]} ${board.span(Math.floor(forMs / MINUTE_MS) * MINUTE_MS)}`,
    ...(context === undefined ? [] : [card.context(context)]),
  ];
  return plain(`${SIGNS[state]} ${maskedLine(name, NAME_MAX)} · ${facts.join(' · ')}`);
}
