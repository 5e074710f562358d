import { NO_THREAD, threadOf, type Thread } from '../outbox/model';
import type { ChosenThreads } from '../outbox/place';
import type { Settings } from '../store/settings';

/**
 * The threads of each chat, on disk. A session's thread in a chat is the one from which its user last wrote to it, chose it,
 * started it or pressed one of its buttons. A user who never did gets its messages where they last wrote. An edit of a
 * message moves nothing: Telegram also reports edits that no user made.
 */
export interface Threads extends ChosenThreads {
  /** The user wrote or tapped in a thread. */
  used(chatId: number, thread: Thread): void;
  /** What the user did there was about a session. */
  usedFor(chatId: number, session: string, thread: Thread): void;
}

export function createThreads(settings: Pick<Settings, 'get' | 'set'>): Threads {
  function read(scope: string, key: string): Thread | undefined {
    const stored = settings.get(scope, key);
    return stored === undefined ? undefined : threadOf(Number(stored));
  }

  /** Every message of a user comes here: what is stored already costs no write. */
  function write(scope: string, key: string, thread: Thread): void {
    if (read(scope, key) !== thread) settings.set(scope, key, String(thread));
  }

  const ofChat = (chatId: number): Thread => read(`chat:${chatId}`, 'thread') ?? NO_THREAD;
  return {
    ofChat,
    ofSession: (chatId, session) => read(`session:${session}`, `thread:${chatId}`) ?? ofChat(chatId),
    used: (chatId, thread) => write(`chat:${chatId}`, 'thread', thread),
    usedFor: (chatId, session, thread) => write(`session:${session}`, `thread:${chatId}`, thread),
  };
}
