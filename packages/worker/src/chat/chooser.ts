import type { Board } from '../board/model';
import type { Registry } from '../sessions/registry';
import type { ActiveSession } from './active-session';

/** Changes the active session of a chat. */
export interface Chooser {
  /** Makes the session the chat's active one, and shows what it waits for. */
  choose(chatId: number, session: string): void;
  /** The same, and shows its card below everything else. */
  open(chatId: number, session: string): void;
}

export function createChooser(
  active: ActiveSession,
  registry: Pick<Registry, 'dispatch'>,
  board: Pick<Board, 'open'>,
  now: () => number,
): Chooser {
  function choose(chatId: number, session: string): void {
    active.set(chatId, session);
    registry.dispatch(session, [{ type: 'joined', at: now(), by: chatId }]);
  }
  return {
    choose,
    open(chatId, session) {
      choose(chatId, session);
      board.open(chatId, false);
    },
  };
}
