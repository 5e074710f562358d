import { maskedLine } from './clean';
import { ENTITY_LIMIT, TEXT_LIMIT } from './paginate';
import { join, plain, styled } from './rich';
import type { Rich } from './view';
import type { Words } from '../words/words';

/** How a session stands. `away`: its machine is. */
export type PanelState =
  | 'needs'
  | 'failed'
  | 'silent'
  | 'working'
  | 'starting'
  | 'finished'
  | 'ready'
  | 'away';

/** A session to which the chat does not write. */
export interface PanelLine {
  name: string;
  state: PanelState;
  /** How long it has worked, or been silent, ms. */
  forMs?: number;
  /** How full its context is, percent. */
  context?: number;
}

type PanelWords = Pick<Words, 'board' | 'card'>;

const MINUTE_MS = 60_000;

const SIGNS: Readonly<Record<PanelState, string>> = {
  needs: '❓',
  failed: '✗',
  silent: '💤',
  working: '⏳',
  starting: '⏳',
  finished: '✓',
  ready: '●',
  away: '⌁',
};

/** UTF-16 units of a name, and of the whole panel: it must fit into one message with the card. */
const NAME_MAX = 24;
const PANEL_MAX = 1_200;

/** The panel at the bottom of a card: one line a session, at most `most`, and how many more there are. */
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

/** A card with the panel below it, or without where both do not fit into one message. */
export function withPanel(card: Rich, panel: Rich): Rich {
  const whole = join([card, panel], '\n\n');
  return whole.text.length <= TEXT_LIMIT && whole.entities.length <= ENTITY_LIMIT ? whole : card;
}

function rowOf({ name, state, forMs, context }: PanelLine, { board, card }: PanelWords): Rich {
  const facts = [
    forMs === undefined || forMs < MINUTE_MS
      ? board.state[state]
      : // Whole minutes: a panel that counted seconds would need an edit each time.
        `${board.state[state]} ${board.span(Math.floor(forMs / MINUTE_MS) * MINUTE_MS)}`,
    ...(context === undefined ? [] : [card.context(context)]),
  ];
  return plain(`${SIGNS[state]} ${maskedLine(name, NAME_MAX)} · ${facts.join(' · ')}`);
}
