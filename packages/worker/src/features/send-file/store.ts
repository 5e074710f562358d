import * as z from 'zod/mini';
import { parseRow, type RowFormat } from '../../store/json';
import type { Store } from '../../store/open';
import type { Offer, OfferStore } from './offers';

export const offerSchema = z.object({
  chat: z.number(),
  path: z.string(),
  sha: z.string(),
  name: z.string(),
  as: z.enum(['photo', 'document']),
  caption: z.string(),
});

const format: RowFormat<Offer> = { version: 1, schema: offerSchema };

/** An offer that cannot be read counts as expired. */
export function createOfferStore({ db }: Store): OfferStore {
  const get = db.prepare<[string], { body: string }>('SELECT body FROM offers WHERE id = ?');
  const put = db.prepare('INSERT OR REPLACE INTO offers (id, chat, body, at) VALUES (?, ?, ?, ?)');
  const drop = db.prepare('DELETE FROM offers WHERE id = ?');
  const prune = db.prepare('DELETE FROM offers WHERE at < ?');
  return {
    get(id) {
      const row = get.get(id);
      if (row === undefined) return undefined;
      const offer = parseRow(format, row.body);
      return offer.ok ? offer.value : undefined;
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
