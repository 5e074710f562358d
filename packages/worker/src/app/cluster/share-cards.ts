import type { Cluster } from '../../cluster/cluster';
import type { Rooms } from '../model';

/** Has this machine draw the card of a chat, and its footer, while the chat's active session is one of its own. */
export function shareCards(
  { cards }: Pick<Cluster, 'cards'>,
  { world: { store }, people, sessions, board, outbox }: Rooms,
): void {
  cards.watch({
    chats: people.chats,
    has: (session) => sessions.get(session) !== undefined,
    changed(chatId, role) {
      store.tx(() => {
        if (role === 'draw') board.resume(chatId);
        if (role === 'clear') board.leave(chatId, () => cards.cleared(chatId));
      });
      outbox.footerChanged(chatId);
    },
    spoken: (chatId) => board.spoken(chatId),
  });
}
