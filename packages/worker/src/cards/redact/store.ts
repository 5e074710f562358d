import * as z from 'zod/mini';
import type { LogFn } from '@ccbot/shared/log/logger';
import { parseStored } from '../../store/json';
import type { Store } from '../../store/open';
import type { RedactedStore } from './redaction';

const openParts = z.array(z.number());

/** The originals of masked messages, over an open store. */
export function createRedactedStore({ db }: Store, log: LogFn): RedactedStore {
  const get = db.prepare<[string], { chat: number; body: string; open: string }>(
    'SELECT chat, body, "open" FROM veiled WHERE id = ?',
  );
  const put = db.prepare('INSERT OR REPLACE INTO veiled (id, chat, body, "open", at) VALUES (?, ?, ?, ?, ?)');
  const drop = db.prepare('DELETE FROM veiled WHERE id = ?');
  const prune = db.prepare('DELETE FROM veiled WHERE at < ?');
  return {
    get(id) {
      const row = get.get(id);
      if (row === undefined) return undefined;
      const open = parseStored(openParts, row.open);
      if (open.ok) return { chat: row.chat, body: row.body, open: open.value };
      log('error', 'shown parts of masked message ignored: row unreadable', { id, reason: open.reason });
      return { chat: row.chat, body: row.body, open: [] };
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
