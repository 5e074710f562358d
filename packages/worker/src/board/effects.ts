import { renderNotice } from '../cards/render';
import { keys } from '../outbox/keys';
import type { Outbox } from '../outbox/outbox';
import { inTransaction, type EffectTable } from '../sessions/handlers/model';
import type { Session } from '../sessions/model';
import type { Words } from '../words/words';
import type { Board, BoardPeople } from './model';

export interface BoardEffectDeps {
  board: Board;
  outbox: Pick<Outbox, 'put' | 'remove'>;
  people: Pick<BoardPeople, 'wordsOf'>;
  now(): number;
}

/** Shows each change of a session in the chats: on its card, and how it ended. */
export function boardEffects(deps: BoardEffectDeps): EffectTable {
  const { board, outbox } = deps;
  return {
    show: inTransaction((session, { minor }) => board.show(session, minor === true)),
    begin: inTransaction((session) => board.begin(session)),
    finish: inTransaction((session, { of: turn = session }) => board.finish(turn)),
    hide: inTransaction((session) => board.hide(session)),
    retire: inTransaction((_session, { key }) => {
      for (const chatId of board.chats) outbox.remove(chatId, key);
    }),
    'phase-changed': inTransaction((session) => board.stir(session)),
    'tell-died': inTransaction((session, { exitStatus, screen, atOnce }) => {
      const output = screen.join('\n').trim();
      tellWatchers(deps, session, 'died', (words) => {
        const status = words.exitStatus(exitStatus);
        if (session.surface === 'screen')
          return words.agents.commandEnded(session.name, session.line ?? '', status, output);
        return (atOnce ? words.diedAtOnce : words.died)(session.name, status, output);
      });
    }),
    'tell-closed': inTransaction((session) =>
      tellWatchers(deps, session, 'closed', (words) => words.windowClosed(session.name)),
    ),
  };
}

/** Sends a notice to the watchers of a session, each in their language. */
export function tellWatchers(
  { board, outbox, people, now }: BoardEffectDeps,
  session: Session,
  name: 'died' | 'closed' | 'killed' | 'left' | 'archived',
  text: (words: Words) => string,
): void {
  const key = keys.session(name, session.id, now());
  for (const chatId of board.watchers(session)) {
    const view = renderNotice(text(people.wordsOf(chatId)));
    outbox.put({ chatId, thread: 'session', key, session: session.id, view, class: 'notice' });
  }
}
