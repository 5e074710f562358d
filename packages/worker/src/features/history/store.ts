import * as z from 'zod/mini';
import { parseStored } from '../../store/json';
import type { Settings } from '../../store/settings';

/** The pages of a session's history that a chat has turned. */
const readingSchema = z.object({
  session: z.string(),
  /** Where each page ends in the transcript, bytes, newest page first. The newest ends with the file, and has 0 here. */
  ends: z.array(z.number()),
});

export type Reading = z.infer<typeof readingSchema>;

/** What each chat reads, among the settings. */
export interface ReadingStore {
  /** The pages that the chat has turned in this session; null if it last read another one, or nothing. */
  get(chatId: number, session: string): Reading | null;
  set(chatId: number, reading: Reading): void;
}

export function createReadingStore(settings: Pick<Settings, 'get' | 'set'>): ReadingStore {
  const scope = (chatId: number): string => `chat:${chatId}`;
  return {
    get(chatId, session) {
      const reading = parseStored(readingSchema, settings.get(scope(chatId), 'history') ?? '');
      return reading.ok && reading.value.session === session ? reading.value : null;
    },
    set: (chatId, reading) => settings.set(scope(chatId), 'history', JSON.stringify(reading)),
  };
}
