import { buttonData } from '../cards/button';
import { BUTTON } from '../cards/buttons';
import type { CardLook } from '../cards/look';
import { panelOf, withPanel, type PanelLine } from '../cards/panel';
import { renderCard } from '../cards/render';
import { join } from '../cards/rich';
import type { Button, View } from '../cards/view';
import type { Words } from '../words/words';
import type { Page } from './model';
import type { Session } from '../sessions/model';

/** What a card shows of a session, and what beside it. */
export interface Shown {
  /** The other person who wrote the turn's prompt. */
  by?: string;
  lines: readonly PanelLine[];
  panelMax: number;
  drafted: boolean;
  look: CardLook;
  /** Its agent can begin anew. */
  clears: boolean;
  /** The further keys are unfolded. */
  more: boolean;
  /** A page of its past in place of what it does now. */
  page?: Page;
}

/** The card of a session in a chat: what it does, or a page of its past; the other sessions; its keys. */
export function cardView(session: Session, shown: Shown, words: Words, now: number): View {
  const { page } = shown;
  const panel = panelOf(shown.lines, shown.panelMax, words);
  const beside = { panel, ...(shown.by === undefined ? {} : { by: shown.by }) };
  const [live] = renderCard(session.card, now, words.card, {
    look: shown.look,
    drafted: shown.drafted,
    ...(page === undefined ? beside : {}),
  }).parts;
  if (live === undefined) return { parts: [] };
  const rows = [keys(session, shown, words, live.buttons?.[0] ?? []), turning(session, page, words)];
  const buttons = [...rows, ...(shown.more ? further(session, words) : [])].filter((row) => row.length > 0);
  if (page?.rich === undefined) return { parts: [{ ...live, buttons }] };
  // Above a page stands what the session is and does, in the card's own first line.
  const end = live.text.indexOf('\n');
  const head = {
    text: end < 0 ? live.text : live.text.slice(0, end),
    entities: live.entities.filter((e) => end < 0 || e.offset + e.length <= end),
  };
  const { text, entities } = withPanel(join([head, page.rich, page.line], '\n\n'), panel);
  return { parts: [{ text, entities, buttons }] };
}

function keys(session: Session, shown: Shown, { board }: Words, own: readonly Button[]): Button[] {
  const resting = session.card.phase === 'idle' && session.phase === 'ready' && shown.clears;
  return [
    ...own,
    ...(resting
      ? [{ text: board.clear, data: buttonData(BUTTON.clear, { session: session.id, sure: false }) }]
      : []),
    {
      text: shown.more ? board.lessButton : board.moreButton,
      data: buttonData(BUTTON.more, { session: session.id, on: !shown.more }),
    },
  ];
}

/** Older and Newer; nothing where there is no transcript. */
function turning({ id, binding }: Session, page: Page | undefined, { board }: Words): Button[] {
  if (binding === undefined) return [];
  const button = (text: string, go: 'older' | 'newer'): Button => ({
    text,
    data: buttonData(BUTTON.page, {
      session: id,
      ...(page === undefined ? {} : { at: page.at, part: page.part }),
      go,
    }),
  });
  return [button(board.older, 'older'), ...(page?.newer === true ? [button(board.newer, 'newer')] : [])];
}

function further({ id }: Session, { board }: Words): Button[][] {
  return [
    [
      { text: board.allowAll, data: buttonData(BUTTON.allowAll, { session: id }) },
      { text: board.end, data: buttonData(BUTTON.kill, { session: id, sure: false }) },
    ],
    [
      { text: board.list, data: buttonData(BUTTON.list, {}) },
      { text: board.archive, data: buttonData(BUTTON.archive, { page: 0 }) },
    ],
  ];
}
