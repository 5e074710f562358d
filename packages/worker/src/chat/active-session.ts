import type { Settings } from '../store/settings';

/** The active session of each chat, on disk. */
export interface ActiveSession {
  get(chatId: number): string | undefined;
  set(chatId: number, session: string): void;
}

export function createActiveSession(settings: Pick<Settings, 'get' | 'set'>): ActiveSession {
  return {
    get: (chatId) => settings.get(`chat:${chatId}`, 'active'),
    set: (chatId, session) => settings.set(`chat:${chatId}`, 'active', session),
  };
}
