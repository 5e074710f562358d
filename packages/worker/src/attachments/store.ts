import type { LogFn } from '@ccbot/shared/log/logger';
import type { Database } from '../store/database';
import type { Store } from '../store/open';
import type { Attachment, AttachmentState, AttachmentStore } from './model';
import { attachmentRow, parseAttachment } from './rows';

interface Row {
  id: number;
  chat: number;
  session: string;
  state: AttachmentState;
  body: string;
  at: number;
}

/**
 * Attachments on disk. A row that cannot be read is logged once a run, stays where it is, and blocks nothing that waits
 * behind it.
 */
export function createAttachmentStore(store: Store, log: LogFn): AttachmentStore {
  const sql = statements(store.db);
  const read = createReader(log);
  return {
    add: (attachment) =>
      store.tx(() => {
        const { id, chatId, session, state, at, parts } = attachment;
        const { changes } = sql.insert.run(id, chatId, session, state, attachmentRow(attachment), at);
        if (changes === 0) return false;
        for (const part of parts) sql.insertMessage.run(chatId, part.messageId, id);
        return true;
      }),
    get: (id) => read(sql.byId.get(id)),
    ofMessage: (chatId, messageId) => read(sql.ofMessage.get(chatId, messageId)),
    newestMessages: (most) => sql.newestMessages.all(most),
    next(session) {
      for (const row of sql.open.iterate(session)) {
        const attachment = read(row);
        if (attachment !== undefined) return attachment;
      }
      return undefined;
    },
    kept: (chatId) => sql.kept.all(chatId).flatMap((row) => read(row) ?? []),
    chatsKeeping: () => sql.chatsKeeping.all().map((row) => row.chat),
    address(id, session, at) {
      sql.address.run(session, at, id);
    },
    preparing: () => sql.preparing.all().flatMap((row) => read(row) ?? []),
    sessions: () => sql.sessions.all().map((row) => row.session),
    mark(id, state) {
      sql.mark.run(state, id);
    },
    rewrite(attachment) {
      sql.write.run(attachmentRow(attachment), attachment.id);
    },
    reserve: (path, id, at) => sql.reserve.run(path, id, at).changes > 0,
    expired: (before) => sql.expired.all(before).map((row) => row.path),
    forget(path) {
      sql.forget.run(path);
    },
    purge(before) {
      sql.purge.run(before);
    },
  };
}

function createReader(log: LogFn): (row: Row | undefined) => Attachment | undefined {
  const logged = new Set<number>();
  return (row) => {
    if (row === undefined) return undefined;
    const { id, chat, session, state, body, at } = row;
    const parsed = parseAttachment(body);
    if (parsed.ok) return { ...parsed.value, id, chatId: chat, session, state, at };
    if (!logged.has(id)) {
      logged.add(id);
      log('error', 'stored attachment unreadable', { attachment: id, session, reason: parsed.reason });
    }
    return undefined;
  };
}

function statements(db: Database) {
  return {
    insert: db.prepare(
      'INSERT OR IGNORE INTO parcels (id, chat, session, state, body, at) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    insertMessage: db.prepare(
      'INSERT OR REPLACE INTO parcel_messages (chat, message, parcel) VALUES (?, ?, ?)',
    ),
    byId: db.prepare<[number], Row>('SELECT * FROM parcels WHERE id = ?'),
    ofMessage: db.prepare<[number, number], Row>(
      `SELECT p.* FROM parcels p JOIN parcel_messages m ON m.parcel = p.id WHERE m.chat = ? AND m.message = ?`,
    ),
    newestMessages: db.prepare<[number], { chatId: number; message: number; at: number }>(
      `SELECT m.chat AS chatId, m.message, p.at FROM parcels p JOIN parcel_messages m ON m.parcel = p.id
       ORDER BY p.id DESC, m.message DESC LIMIT ?`,
    ),
    open: db.prepare<[string], Row>(
      "SELECT * FROM parcels WHERE state IN ('preparing', 'ready') AND session = ? ORDER BY id",
    ),
    kept: db.prepare<[number], Row>(
      "SELECT * FROM parcels WHERE state IN ('preparing', 'ready') AND session = '' AND chat = ? ORDER BY id",
    ),
    chatsKeeping: db.prepare<[], { chat: number }>(
      "SELECT DISTINCT chat FROM parcels WHERE state IN ('preparing', 'ready') AND session = ''",
    ),
    address: db.prepare("UPDATE parcels SET session = ?, at = ? WHERE id = ? AND session = ''"),
    preparing: db.prepare<[], Row>(
      "SELECT * FROM parcels WHERE state = 'preparing' AND session <> '' ORDER BY id",
    ),
    sessions: db.prepare<[], { session: string }>(
      "SELECT DISTINCT session FROM parcels WHERE state IN ('preparing', 'ready') AND session <> ''",
    ),
    mark: db.prepare('UPDATE parcels SET state = ? WHERE id = ?'),
    write: db.prepare('UPDATE parcels SET body = ? WHERE id = ?'),
    purge: db.prepare("DELETE FROM parcels WHERE state IN ('handed', 'void') AND at < ?"),
    reserve: db.prepare('INSERT OR IGNORE INTO inbox_files (path, parcel, at) VALUES (?, ?, ?)'),
    expired: db.prepare<[number], { path: string }>('SELECT path FROM inbox_files WHERE at < ?'),
    forget: db.prepare('DELETE FROM inbox_files WHERE path = ?'),
  };
}
