import type { Ask } from '../asks/model';
import type { AskStore } from '../asks/keeper';
import type { Store } from './open';

interface Row {
  id: number;
  body: string;
}

/** The agents' requests to the person, on disk. */
export function createAskStore({ db }: Store): AskStore {
  const insert = db.prepare<[string, string, number, string]>(
    'INSERT INTO asks (request, phase, at, body) VALUES (?, ?, ?, ?)',
  );
  const update = db.prepare('UPDATE asks SET phase = ?, body = ? WHERE id = ?');
  const one = db.prepare<[number], Row>('SELECT id, body FROM asks WHERE id = ?');
  const known = db.prepare<[string], Row>('SELECT id, body FROM asks WHERE request = ?');
  const open = db.prepare<[], Row>("SELECT id, body FROM asks WHERE phase != 'closed' ORDER BY id");
  const prune = db.prepare("DELETE FROM asks WHERE phase = 'closed' AND at < ?");
  const ask = (row: Row | undefined): Ask | undefined =>
    row === undefined ? undefined : { ...(JSON.parse(row.body) as Ask), id: row.id };
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
