import type { Store } from '../store/open';

/** Who wrote which prompt of a transcript, on disk. */
export interface Askers {
  /** The prompt that the record of the moment `at` (ms since the epoch) tells of was written in this chat; known once. */
  note(path: string, at: number, chatId: number): void;
  of(path: string, at: number): number | undefined;
}

/** So long it is kept who wrote a prompt, ms: agents remove their transcripts themselves, some after weeks. */
const KEPT_MS = 365 * 24 * 3_600_000;

/** Makes them. */
export function createAskers({ db }: Pick<Store, 'db'>, now: () => number): Askers {
  // The first word holds: read again, a transcript may have two prompts of the same words.
  const insert = db.prepare('INSERT OR IGNORE INTO askers (path, at, chat) VALUES (?, ?, ?)');
  const prune = db.prepare('DELETE FROM askers WHERE at < ?');
  const one = db.prepare<[string, number], { chat: number }>(
    'SELECT chat FROM askers WHERE path = ? AND at = ?',
  );
  return {
    note(path, at, chatId) {
      insert.run(path, at, chatId);
      prune.run(now() - KEPT_MS);
    },
    of: (path, at) => one.get(path, at)?.chat,
  };
}
