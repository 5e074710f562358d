import type { LogFn } from '@ccbot/shared/log/logger';
import type { Store } from '../../store/open';
import type { AgentRequest } from './model';
import { parseRequest, requestRow } from './rows';
import type { RequestStore } from './service-state';

interface Row {
  id: number;
  body: string;
}

/** A row that cannot be read is logged and left where it is. */
export function createRequestStore(store: Store, log: LogFn): RequestStore {
  const { db } = store;
  const insert = db.prepare<[string, string, number, string]>(
    'INSERT INTO asks (request, phase, at, body) VALUES (?, ?, ?, ?)',
  );
  const update = db.prepare('UPDATE asks SET phase = ?, body = ? WHERE id = ?');
  const byId = db.prepare<[number], Row>('SELECT id, body FROM asks WHERE id = ?');
  const byRequest = db.prepare<[string], Row>('SELECT id, body FROM asks WHERE request = ?');
  const open = db.prepare<[], Row>("SELECT id, body FROM asks WHERE phase != 'closed' ORDER BY id");
  const prune = db.prepare("DELETE FROM asks WHERE phase = 'closed' AND at < ?");

  function read(row: Row | undefined): AgentRequest | undefined {
    if (row === undefined) return undefined;
    const parsed = parseRequest(row.body);
    if (parsed.ok) return { ...parsed.value, id: row.id };
    log('error', 'stored request unreadable', { request: row.id, reason: parsed.reason });
    return undefined;
  }

  return {
    tx: (work) => store.tx(work),
    afterCommit: (work) => store.afterCommit(work),
    add(fresh) {
      const inserted = insert.run(fresh.request, fresh.phase, fresh.at, requestRow(fresh));
      return { ...fresh, id: Number(inserted.lastInsertRowid) };
    },
    put(changed) {
      update.run(changed.phase, requestRow(changed), changed.id);
    },
    get: (id) => read(byId.get(id)),
    byRequest: (request) => read(byRequest.get(request)),
    open: () => open.all().flatMap((row) => read(row) ?? []),
    prune(before) {
      prune.run(before);
    },
  };
}
