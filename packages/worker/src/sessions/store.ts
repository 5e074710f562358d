import type { SessionStore } from './registry';
import type { TailMarks } from '../watch/model';
import type { Store } from '../store/open';

/** Sessions on disk, one JSON body each. See rows.ts. */
export function createSessionStore(store: Store): SessionStore {
  const all = store.db.prepare<[], { id: string; body: string }>('SELECT id, body FROM sessions');
  // In place: to replace a row writes twice as many pages, at each reading of a busy session.
  const put = store.db.prepare(
    'INSERT INTO sessions (id, body) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body',
  );
  const remove = store.db.prepare('DELETE FROM sessions WHERE id = ?');
  // Nobody can ask for a removed session's prompts and settings any more.
  const removeRest = [
    'DELETE FROM tails WHERE session = ?',
    'DELETE FROM prompts WHERE session = ?',
    "DELETE FROM settings WHERE scope = 'session:' || ?",
  ].map((sql) => store.db.prepare(sql));
  return {
    tx: (work) => store.tx(work),
    all: () => all.all(),
    put(id, body) {
      put.run(id, body);
    },
    remove(id) {
      remove.run(id);
      for (const statement of removeRest) statement.run(id);
    },
  };
}

interface MarkRow {
  path: string;
  offset: number;
  last: string | null;
  at: number | null;
  agent_session: string | null;
}

/** How far the transcript of each session was read. */
export function createTailMarks(store: Store): TailMarks {
  const get = store.db.prepare<[string], MarkRow>(
    'SELECT path, "offset", last, at, agent_session FROM tails WHERE session = ?',
  );
  const put = store.db.prepare(
    `INSERT INTO tails (session, path, "offset", last, at, agent_session) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (session) DO UPDATE SET path = excluded.path, "offset" = excluded."offset", last = excluded.last,
       at = excluded.at, agent_session = excluded.agent_session`,
  );
  const remove = store.db.prepare('DELETE FROM tails WHERE session = ?');
  return {
    get(session) {
      const row = get.get(session);
      if (row === undefined) return undefined;
      const { path, offset, last, at, agent_session: sessionId } = row;
      return {
        path,
        offset,
        ...(last === null ? {} : { last }),
        ...(at === null ? {} : { at }),
        ...(sessionId === null ? {} : { sessionId }),
      };
    },
    put(session, { path, offset, last, at, sessionId }) {
      put.run(session, path, offset, last ?? null, at ?? null, sessionId ?? null);
    },
    remove(session) {
      remove.run(session);
    },
  };
}
