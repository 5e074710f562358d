import { button } from '../cards/button';
import { BUTTON } from '../cards/buttons';
import type { CardLook } from '../cards/look';
import { panelOf, withPanel } from '../cards/panel';
import { renderCard } from '../cards/render';
import { join } from '../cards/rich';
import type { Button, Rich, View } from '../cards/view';
import type { Session } from '../sessions/model';
import type { Words } from '../words/words';
import type { Page } from './model';
import type { Panel } from './sessions';

/** What a card shows besides its session. */
export interface CardContent {
  /** The name of the author of the turn's prompt, if that is another user. */
  by?: string;
  panel: Panel;
  /** What the agent is writing is shown as a draft, not on the card. */
  drafted: boolean;
  look: CardLook;
  /** The agent has a command that empties its context. */
  canClear: boolean;
  /** The second row of buttons is shown. */
  hasMore: boolean;
  /** A page of the past instead of the present. */
  page?: Page;
}

/** The card of a session in a chat: its present or a page of its past, the other sessions, and the buttons. */
export function cardView(session: Session, parts: CardContent, words: Words, now: number): View {
  const { page } = parts;
  const panel = panelOf(parts.panel.lines, parts.panel.max, words);
  const extras = parts.by === undefined ? { panel } : { panel, by: parts.by };
  const [live] = renderCard(session.card, now, words.card, {
    look: parts.look,
    drafted: parts.drafted,
    ...(page === undefined ? extras : {}),
  }).parts;
  if (live === undefined) return { parts: [] };
  const buttons = [
    mainRow(session, parts, words, live.buttons?.[0] ?? []),
    pageRow(session, page, words),
    ...(parts.hasMore ? moreRows(session, words) : []),
  ].filter((row) => row.length > 0);
  if (page?.rich === undefined) return { parts: [{ ...live, buttons }] };
  const { text, entities } = withPanel(join([firstLine(live), page.rich, page.line], '\n\n'), panel);
  return { parts: [{ text, entities, buttons }] };
}

/** The first line of a card, which says what the session is and does. It stays above a page of the past. */
function firstLine({ text, entities }: Rich): Rich {
  const end = text.indexOf('\n');
  if (end < 0) return { text, entities };
  return {
    text: text.slice(0, end),
    entities: entities.filter((entity) => entity.offset + entity.length <= end),
  };
}

function mainRow(
  { id, card, phase }: Session,
  { canClear, hasMore }: CardContent,
  { board }: Words,
  own: readonly Button[],
): Button[] {
  const isIdle = card.phase === 'idle' && phase === 'ready';
  return [
    ...own,
    ...(isIdle && canClear ? [button(BUTTON.clear, board.clear, { session: id, sure: false })] : []),
    button(BUTTON.more, hasMore ? board.lessButton : board.moreButton, { session: id, on: !hasMore }),
  ];
}

/** The buttons "Older" and "Newer"; none without a transcript. */
function pageRow({ id, binding }: Session, page: Page | undefined, { board }: Words): Button[] {
  if (binding === undefined) return [];
  const from = page === undefined ? {} : { at: page.at, part: page.part };
  const older = button(BUTTON.page, board.older, { session: id, ...from, go: 'older' });
  if (page?.newer !== true) return [older];
  return [older, button(BUTTON.page, board.newer, { session: id, ...from, go: 'newer' })];
}

function moreRows({ id }: Session, { board }: Words): Button[][] {
  return [
    [
      button(BUTTON.allowAll, board.allowAll, { session: id }),
      button(BUTTON.kill, board.end, { session: id, sure: false }),
    ],
    [button(BUTTON.list, board.list, {}), button(BUTTON.archive, board.archive, { page: 0 })],
  ];
}
