import type { Settings } from '../store/settings';

/** The active session of each chat, on disk. */
export interface ActiveSession {
  get(chatId: number): string | undefined;
  set(chatId: number, session: string): void;
}

/**
 * Everything that an agent writes asks which chats show it, so what was read is remembered.
 * `isInTransaction`: what is written then may be undone, so it is not remembered yet.
 */
export function createActiveSession(
  settings: Pick<Settings, 'get' | 'set'>,
  isInTransaction: () => boolean,
): ActiveSession {
  const known = new Map<number, string | undefined>();
  return {
    get(chatId) {
      if (known.has(chatId)) return known.get(chatId);
      const session = settings.get(`chat:${chatId}`, 'active');
      if (!isInTransaction()) known.set(chatId, session);
      return session;
    },
    set(chatId, session) {
      known.delete(chatId);
      settings.set(`chat:${chatId}`, 'active', session);
    },
  };
}
