import type { KeptMessages } from '../attachments/kept';
import type { Board } from '../board/model';
import type { Registry } from '../sessions/registry';
import type { ActiveSession } from './active-session';

/** Changes the active session of a chat. */
export interface Chooser {
  /** Makes the session the chat's active one, shows what it waits for, and gives it what the chat kept. */
  choose(chatId: number, session: string): void;
  /** The same, and shows its card below everything else. */
  open(chatId: number, session: string): void;
}

export interface ChooserDeps {
  active: ActiveSession;
  registry: Pick<Registry, 'dispatch'>;
  board: Pick<Board, 'open'>;
  kept: Pick<KeptMessages, 'deliver'>;
  now(): number;
}

export function createChooser({ active, registry, board, kept, now }: ChooserDeps): Chooser {
  function choose(chatId: number, session: string): void {
    active.set(chatId, session);
    registry.dispatch(session, [{ type: 'joined', at: now(), by: chatId }]);
  }
  return {
    choose(chatId, session) {
      choose(chatId, session);
      kept.deliver(chatId, session);
    },
    open(chatId, session) {
      choose(chatId, session);
      board.open(chatId, false);
      kept.deliver(chatId, session);
    },
  };
}
