import { button, withButtons } from '../../cards/button';
import { inRows } from '../../cards/button-rows';
import { BUTTON } from '../../cards/buttons';
import { renderNotice } from '../../cards/render';
import { maskedLine } from '../../cards/clean';
import type { Button, View } from '../../cards/view';
import type { Session } from '../../sessions/model';
import type { Words } from '../../words/words';
import { archivedButton, forgetButton } from './buttons';
import { archiveWords } from './words/words';

/** How many sessions a page lists, and how many of their numbers are in a row. */
const PAGE = 8;
const NUMBERS = 4;

/** UTF-16 units of what another machine says of a session. */
const NAME_MAX = 80;
const ABOUT_MAX = 120;

/** An archived session of any machine, as the list shows it. */
export interface ArchivedSession {
  id: string;
  /** With its machine, where there are several. */
  name: string;
  about?: string | undefined;
  /** `why` as in `Session`; a later version may have others. */
  ended?: { at: number; why: string } | undefined;
  createdAt: number;
  /** Its machine is away. */
  isAway?: boolean;
}

/** A page of the archive; the last page if there are fewer. `sessions`: every archived session, newest first. */
export function renderList(
  sessions: readonly ArchivedSession[],
  wantedPage: number,
  now: number,
  words: Words,
): View {
  const text = words.of(archiveWords);
  const pages = Math.ceil(sessions.length / PAGE);
  const page = Math.min(wantedPage, pages - 1);
  const first = page * PAGE;
  const shown = sessions.slice(first, first + PAGE);
  const lines = shown.map((session, i) => lineOf(session, first + i + 1, now, words));
  const numbers = shown.map(({ id }, i) => button(archivedButton, String(first + i + 1), { session: id }));
  const turn: Button[] = [];
  if (page > 0) turn.push(button(BUTTON.archive, text.newer, { page: page - 1 }));
  if (page < pages - 1) turn.push(button(BUTTON.archive, text.older, { page: page + 1 }));
  const head = `**${text.head}**${pages > 1 ? ` · ${text.page(page + 1, pages)}` : ''}`;
  return withButtons(renderNotice([head, '', ...lines].join('\n')), [
    ...inRows(numbers, NUMBERS),
    ...(turn.length > 0 ? [turn] : []),
  ]);
}

/** One archived session. `others`: the agents that could continue its work in a session of their own. */
export function renderSession(
  session: Session,
  agentTitle: string,
  others: readonly { id: string; title: string }[],
  words: Words,
): View {
  const text = words.of(archiveWords);
  const { id, name, about = '', cwd, binding } = session;
  const rows = [
    [
      button(BUTTON.restore, words.opening.restore, { session: id }),
      button(BUTTON.history, words.board.history, { session: id, page: 0 }),
      button(forgetButton, text.delete, { session: id, sure: false }),
    ],
  ];
  if (binding !== undefined)
    rows.push(
      others.map(({ id: agent, title }) =>
        button(BUTTON.handover, words.agents.handOverTo(title), { session: id, agent }),
      ),
    );
  rows.push([button(BUTTON.archive, text.back, { page: 0 })]);
  return withButtons(renderNotice(text.session(name, about, cwd, agentTitle)), rows);
}

/** Asks whether a session should be deleted from the archive. */
export function renderDeleteSure({ id, name }: Session, words: Words): View {
  const text = words.of(archiveWords);
  return withButtons(renderNotice(text.deleteSure(name)), [
    [button(forgetButton, text.deleteYes, { session: id, sure: true })],
    [button(archivedButton, text.back, { session: id })],
  ]);
}

function lineOf(session: ArchivedSession, n: number, now: number, words: Words): string {
  const text = words.of(archiveWords);
  const { name, about = '', ended, createdAt, isAway } = session;
  const span = words.card.span(now - (ended?.at ?? createdAt));
  const whys: Readonly<Record<string, string>> = text.why;
  const why = ended !== undefined && Object.hasOwn(whys, ended.why) ? whys[ended.why] : undefined;
  const shown = maskedLine(about, ABOUT_MAX);
  const row = text.row(n, maskedLine(name, NAME_MAX), shown, span, why ?? text.why.died);
  return isAway === true ? `${row} · ${words.machines.awayMark}` : row;
}
