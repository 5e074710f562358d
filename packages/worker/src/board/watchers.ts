import type { Session } from '../sessions/model';

/** Who may use ccbot, and the session that each of their chats writes to. */
export interface Crowd {
  /** The chats of the people who may use ccbot. */
  chats: readonly number[];
  writesTo(chatId: number): string | undefined;
}

type Of = Pick<Session, 'id' | 'chatId' | 'by' | 'wroteLast'> & { card: Pick<Session['card'], 'phase'> };

/** The chats that write to a session. */
export function activeChatsOf({ id }: Pick<Session, 'id'>, { chats, writesTo }: Crowd): number[] {
  return chats.filter((chatId) => writesTo(chatId) === id);
}

/**
 * The chats of the people who have to do with a session: who began it, who last wrote to it, and who writes to it;
 * where none of them may use ccbot any more, everybody.
 */
export function watchersOf(session: Of, crowd: Crowd): number[] {
  const all = [session.chatId, session.by, session.wroteLast, ...activeChatsOf(session, crowd)];
  const there = crowd.chats.filter((chatId) => all.includes(chatId));
  return there.length > 0 ? there : [...crowd.chats];
}

/**
 * The chats that something is put before which a session waits for: of those who are at it now. That is who wrote what
 * it works on, who wrote to it last, and everybody who writes to it; where that is nobody, who began it; and where they
 * may not use ccbot any more, everybody. Never empty while anybody may use ccbot: nothing waits for one who is away.
 */
export function respondersOf(session: Of, crowd: Crowd): number[] {
  const working = session.card.phase === 'working';
  const at = [
    working ? session.by : undefined,
    session.wroteLast ?? session.by,
    ...activeChatsOf(session, crowd),
  ];
  const there = crowd.chats.filter((chatId) => at.includes(chatId));
  if (there.length > 0) return there;
  return crowd.chats.includes(session.chatId) ? [session.chatId] : [...crowd.chats];
}
