import type { Session } from '../sessions/model';

/** The chats of all allowed users, and the session that each writes to. */
export interface ChatRoster {
  readonly chats: readonly number[];
  writesTo(chatId: number): string | undefined;
}

type WatchedSession = Pick<Session, 'id' | 'chatId' | 'by' | 'wroteLast'> & {
  card: Pick<Session['card'], 'phase'>;
};

/** The chats that write to a session. */
export function activeChatsOf({ id }: Pick<Session, 'id'>, { chats, writesTo }: ChatRoster): number[] {
  return chats.filter((chatId) => writesTo(chatId) === id);
}

/**
 * The chats that hear of a session: of the user who started it, the author of its turn, the last writer, and all who
 * write to it now. Every chat if none of them is allowed any more.
 */
export function watchersOf(session: WatchedSession, roster: ChatRoster): number[] {
  const involved = [session.chatId, session.by, session.wroteLast, ...activeChatsOf(session, roster)];
  const watchers = roster.chats.filter((chatId) => involved.includes(chatId));
  return watchers.length > 0 ? watchers : [...roster.chats];
}

/**
 * The chats that a session's requests are shown to: of the author of its running turn, the last writer, and all who
 * write to it now. If there is none, the user who started it; if that user is not allowed any more, every chat. Never
 * empty while anybody is allowed, so no request waits for somebody who is away.
 */
export function respondersOf(session: WatchedSession, roster: ChatRoster): number[] {
  const isWorking = session.card.phase === 'working';
  const involved = [
    isWorking ? session.by : undefined,
    session.wroteLast ?? session.by,
    ...activeChatsOf(session, roster),
  ];
  const responders = roster.chats.filter((chatId) => involved.includes(chatId));
  if (responders.length > 0) return responders;
  return roster.chats.includes(session.chatId) ? [session.chatId] : [...roster.chats];
}
