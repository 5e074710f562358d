import type { KeptMessages } from '../attachments/kept';
import type { Board } from '../board/model';
import type { Registry } from '../sessions/registry';
import type { ActiveSession } from './active-session';
import type { Conversation } from './command';
import type { Threads } from './threads';

/** Changes the active session of a chat. */
export interface Chooser {
  /** Makes the session the chat's active one, shows what it waits for, and gives it what the chat kept. */
  choose(where: ChosenIn, session: string): void;
  /** The same, and shows its card below everything else. */
  open(where: ChosenIn, session: string): void;
}

/** The chat whose user chooses, and the thread in which they do, which becomes the session's. */
export type ChosenIn = Pick<Conversation, 'chatId' | 'thread'>;

export interface ChooserDeps {
  active: ActiveSession;
  threads: Pick<Threads, 'usedFor'>;
  registry: Pick<Registry, 'dispatch'>;
  board: Pick<Board, 'open'>;
  kept: Pick<KeptMessages, 'deliver'>;
  now(): number;
}

export function createChooser({ active, threads, registry, board, kept, now }: ChooserDeps): Chooser {
  function choose({ chatId, thread }: ChosenIn, session: string): void {
    active.set(chatId, session);
    threads.usedFor(chatId, session, thread);
    registry.dispatch(session, [{ type: 'joined', at: now(), by: chatId }]);
  }
  return {
    choose(where, session) {
      choose(where, session);
      kept.deliver(where.chatId, session);
    },
    open(where, session) {
      choose(where, session);
      board.open(where.chatId, false);
      kept.deliver(where.chatId, session);
    },
  };
}
