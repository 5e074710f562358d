import type { Attachment, AttachmentStore, AttachmentState } from './model';
import type { Store } from '../store/open';

interface Row {
  id: number;
  chat: number;
  session: string;
  state: AttachmentState;
  body: string;
  at: number;
}

/** What goes to agents, on disk. */
export function createAttachmentStore(store: Store): AttachmentStore {
  const { db } = store;
  const insert = db.prepare(
    'INSERT OR IGNORE INTO parcels (id, chat, session, state, body, at) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const insertMessage = db.prepare(
    'INSERT OR REPLACE INTO parcel_messages (chat, message, parcel) VALUES (?, ?, ?)',
  );
  const one = db.prepare<[number], Row>('SELECT * FROM parcels WHERE id = ?');
  const ofMessage = db.prepare<[number, number], Row>(
    `SELECT p.* FROM parcels p JOIN parcel_messages m ON m.parcel = p.id WHERE m.chat = ? AND m.message = ?`,
  );
  const next = db.prepare<[string], Row>(
    "SELECT * FROM parcels WHERE state IN ('preparing', 'ready') AND session = ? ORDER BY id LIMIT 1",
  );
  const preparing = db.prepare<[], Row>("SELECT * FROM parcels WHERE state = 'preparing' ORDER BY id");
  const sessions = db.prepare<[], { session: string }>(
    "SELECT DISTINCT session FROM parcels WHERE state IN ('preparing', 'ready')",
  );
  const mark = db.prepare('UPDATE parcels SET state = ? WHERE id = ?');
  const write = db.prepare('UPDATE parcels SET body = ? WHERE id = ?');
  const purge = db.prepare("DELETE FROM parcels WHERE state IN ('handed', 'void') AND at < ?");
  const reserve = db.prepare('INSERT OR IGNORE INTO inbox_files (path, parcel, at) VALUES (?, ?, ?)');
  const expired = db.prepare<[number], { path: string }>('SELECT path FROM inbox_files WHERE at < ?');
  const forget = db.prepare('DELETE FROM inbox_files WHERE path = ?');

  const parcel = (row: Row | undefined): Attachment | undefined =>
    row === undefined
      ? undefined
      : {
          ...(JSON.parse(row.body) as Pick<Attachment, 'messageId' | 'parts' | 'language'>),
          id: row.id,
          chatId: row.chat,
          session: row.session,
          state: row.state,
          at: row.at,
        };
  const bodyOf = ({ messageId, parts, language }: Attachment): string =>
    JSON.stringify({ messageId, parts, ...(language === undefined ? {} : { language }) });

  return {
    add: (p) =>
      store.tx(() => {
        if (insert.run(p.id, p.chatId, p.session, p.state, bodyOf(p), p.at).changes === 0) return false;
        for (const part of p.parts) insertMessage.run(p.chatId, part.messageId, p.id);
        return true;
      }),
    get: (id) => parcel(one.get(id)),
    ofMessage: (chatId, messageId) => parcel(ofMessage.get(chatId, messageId)),
    next: (session) => parcel(next.get(session)),
    preparing: () => preparing.all().map((row) => parcel(row) as Attachment),
    sessions: () => sessions.all().map((row) => row.session),
    mark(id, state) {
      mark.run(state, id);
    },
    rewrite(p) {
      write.run(bodyOf(p), p.id);
    },
    reserve: (path, id, at) => reserve.run(path, id, at).changes > 0,
    expired: (before) => expired.all(before).map((row) => row.path),
    forget(path) {
      forget.run(path);
    },
    purge(before) {
      purge.run(before);
    },
  };
}
