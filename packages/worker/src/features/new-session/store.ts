import { parseJson } from '@ccbot/shared/protocol/json';
import * as z from 'zod/mini';
import type { Settings } from '../../store/settings';

const earlier = z.object({
  /** The agent's own id of the session. */
  sessionId: z.string(),
  transcriptPath: z.string(),
  /** The user's first words in it. */
  about: z.string(),
  /** When something was last written, ms since the epoch. */
  at: z.number(),
});

const place = z.object({
  /** The id of the session to start: that of the `/new`. */
  request: z.string(),
  /** The chosen agent. */
  agent: z.string(),
  /** Counts the lists that this browser has shown: a button of an earlier list counts something else. */
  listing: z._default(z.number(), 0),
  /** The directory that is shown; null: the directories of earlier sessions. */
  path: z.nullable(z.string()),
  /** What the buttons count: names of folders in `path`, or whole paths. */
  names: z.array(z.string()),
  /** How many folders there are beside these. */
  unlisted: z.number(),
  page: z.number(),
  /** Earlier sessions of the agent in `path`. */
  earlier: z.array(earlier),
  /** What the user's next message is. */
  writing: z.optional(z.enum(['path', 'folder'])),
});

/** Where a user is in the directory browser. Each chat has one at most: a new `/new` replaces it. */
export type Place = z.infer<typeof place>;

/** The place of each chat, on disk: the browser survives a restart. */
export interface PlaceStore {
  get(chatId: number): Place | null;
  set(chatId: number, place: Place): void;
  clear(chatId: number): void;
}

export function createPlaceStore(settings: Pick<Settings, 'get' | 'set'>): PlaceStore {
  const scope = (chatId: number): string => `chat:${chatId}`;
  return {
    get: (chatId) => readPlace(settings.get(scope(chatId), 'browse')),
    set: (chatId, next) => settings.set(scope(chatId), 'browse', JSON.stringify(next)),
    clear: (chatId) => settings.set(scope(chatId), 'browse', ''),
  };
}

/** Reads a stored place. Null if there is none, or if another version wrote it. */
export function readPlace(text: string | undefined): Place | null {
  return text === undefined ? null : parseJson(place, text);
}
