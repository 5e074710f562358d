import type { AgentRequest, RequestCopy } from './model';
import type { RequestStore } from './service';
import type { Store } from '../../store/open';

interface Row {
  id: number;
  body: string;
}

/** A request as it was kept when it was in one chat only. */
type OldAsk = AgentRequest & Partial<RequestCopy>;

/** The copies of a request; of one that an earlier ccbot kept, the only one there was. */
function asNow({ chatId, shown = 0, page = 0, writing, lastUpdate, ...ask }: OldAsk): AgentRequest {
  if (chatId === undefined) return ask;
  const copy: RequestCopy = {
    ...{ chatId, shown, page },
    ...(writing === undefined ? {} : { writing }),
    ...(lastUpdate === undefined ? {} : { lastUpdate }),
  };
  return { ...ask, copies: [copy] };
}

/** The agents' requests to the person, on disk. */
export function createRequestStore({ db }: Store): RequestStore {
  const insert = db.prepare<[string, string, number, string]>(
    'INSERT INTO asks (request, phase, at, body) VALUES (?, ?, ?, ?)',
  );
  const update = db.prepare('UPDATE asks SET phase = ?, body = ? WHERE id = ?');
  const one = db.prepare<[number], Row>('SELECT id, body FROM asks WHERE id = ?');
  const known = db.prepare<[string], Row>('SELECT id, body FROM asks WHERE request = ?');
  const open = db.prepare<[], Row>("SELECT id, body FROM asks WHERE phase != 'closed' ORDER BY id");
  const prune = db.prepare("DELETE FROM asks WHERE phase = 'closed' AND at < ?");
  const ask = (row: Row | undefined): AgentRequest | undefined =>
    row === undefined ? undefined : { ...asNow(JSON.parse(row.body) as OldAsk), id: row.id };
  return {
    add(fresh) {
      const body = JSON.stringify(fresh);
      const id = Number(insert.run(fresh.request, fresh.phase, fresh.at, body).lastInsertRowid);
      return { ...fresh, id };
    },
    put(changed) {
      update.run(changed.phase, JSON.stringify(changed), changed.id);
    },
    get: (id) => ask(one.get(id)),
    byRequest: (request) => ask(known.get(request)),
    open: () => open.all().flatMap((row) => ask(row) ?? []),
    prune(before) {
      prune.run(before);
    },
  };
}
