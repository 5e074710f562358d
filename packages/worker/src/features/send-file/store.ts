import type { Offer, OfferStore } from './delivery';
import type { Store } from '../../store/open';

/** Files that are sent when the person says so, over an open store. */
export function createOfferStore({ db }: Store): OfferStore {
  const get = db.prepare<[string], { body: string }>('SELECT body FROM offers WHERE id = ?');
  const put = db.prepare('INSERT OR REPLACE INTO offers (id, chat, body, at) VALUES (?, ?, ?, ?)');
  const drop = db.prepare('DELETE FROM offers WHERE id = ?');
  const prune = db.prepare('DELETE FROM offers WHERE at < ?');
  return {
    get(id) {
      const row = get.get(id);
      return row === undefined ? undefined : (JSON.parse(row.body) as Offer);
    },
    put(id, offer, at) {
      put.run(id, offer.chat, JSON.stringify(offer), at);
    },
    drop(id) {
      drop.run(id);
    },
    prune(before) {
      prune.run(before);
    },
  };
}
