import type { Board, BoardPeople } from '../board/model';
import { button, withButtons } from '../cards/button';
import { BUTTON } from '../cards/buttons';
import { renderNotice } from '../cards/render';
import type { Button, View } from '../cards/view';
import { keys } from '../outbox/keys';
import type { Outbox } from '../outbox/outbox';
import type { Session } from '../sessions/model';
import type { Words } from '../words/words';

/** The most buttons under the notice about lost sessions; the archive has the rest. */
const LOST_BUTTONS = 10;

export interface RecoveryNoticeDeps {
  people: Pick<BoardPeople, 'wordsOf'>;
  board: Pick<Board, 'watchers'>;
  outbox: Pick<Outbox, 'put'>;
  now(): number;
}

/** Collects which sessions were found and lost, for one notice of each kind in each chat. */
export interface RecoveryNotices {
  found(session: Session): void;
  lost(session: Session): void;
  /** `lostAt`: the time at which the sessions were marked as lost, ms since the epoch. */
  send(lostAt: number): void;
}

export function createRecoveryNotices(deps: RecoveryNoticeDeps): RecoveryNotices {
  const { people, board, outbox, now } = deps;
  const found = new Map<number, Session[]>();
  const lost = new Map<number, Session[]>();
  const add = (sessions: Map<number, Session[]>, session: Session): void => {
    for (const chatId of board.watchers(session))
      sessions.set(chatId, [...(sessions.get(chatId) ?? []), session]);
  };
  return {
    found: (session) => add(found, session),
    lost: (session) => add(lost, session),
    send(lostAt) {
      for (const [chatId, sessions] of found) {
        const view = renderNotice(people.wordsOf(chatId).found(namesOf(sessions)));
        outbox.put({ chatId, thread: 'chat', key: keys.found(now()), view, class: 'notice' });
      }
      for (const [chatId, sessions] of lost) {
        const view = lostView(sessions, lostAt, people.wordsOf(chatId));
        outbox.put({ chatId, thread: 'chat', key: keys.lost(lostAt), view, class: 'notice' });
      }
    },
  };
}

function namesOf(sessions: readonly Session[]): string[] {
  return sessions.map(({ name }) => name);
}

/** A button for each lost session that can be restored, and one for all of them. */
function lostView(sessions: readonly Session[], at: number, words: Words): View {
  const restorable = sessions.filter((session) => session.binding !== undefined);
  const rows: Button[][] = restorable
    .slice(0, LOST_BUTTONS)
    .map(({ id, name }) => [button(BUTTON.restore, `${words.opening.restore} ${name}`, { session: id })]);
  if (restorable.length > 1) rows.push([button(BUTTON.restoreLost, words.opening.restoreAll, { at })]);
  return withButtons(renderNotice(words.lost(namesOf(sessions))), rows.length > 0 ? rows : undefined);
}
