import type { RedactedStore } from './redaction';
import type { Store } from '../../store/open';

/** The masked messages as they are, over an open store. */
export function createRedactedStore({ db }: Store): RedactedStore {
  const get = db.prepare<[string], { chat: number; body: string; open: string }>(
    'SELECT chat, body, "open" FROM veiled WHERE id = ?',
  );
  const put = db.prepare('INSERT OR REPLACE INTO veiled (id, chat, body, "open", at) VALUES (?, ?, ?, ?, ?)');
  const drop = db.prepare('DELETE FROM veiled WHERE id = ?');
  const prune = db.prepare('DELETE FROM veiled WHERE at < ?');
  return {
    get(id) {
      const row = get.get(id);
      return row === undefined ? undefined : { ...row, open: JSON.parse(row.open) as number[] };
    },
    put(id, { chat, body, open }, at) {
      put.run(id, chat, body, JSON.stringify(open), at);
    },
    drop(id) {
      drop.run(id);
    },
    prune(before) {
      prune.run(before);
    },
  };
}
