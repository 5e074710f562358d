import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as z from 'zod/mini';
import type { Same } from '../../store/fixtures/same';
import { openStore } from '../../store/open';
import type { Offer } from './offers';
import { createOfferStore, type offerSchema } from './store';

/** Compiles only while the schema and the type have the same fields, of the same types. */
const same: Same<z.output<typeof offerSchema>, Offer> = true;

const offer: Offer = {
  chat: 7,
  path: '/p/.env',
  sha: 'abc',
  name: '.env',
  as: 'document',
  caption: '',
};

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'ccbot-offers-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

it('has a schema of the same type as an offer', () => {
  expect(same).toBe(true);
});

it('counts an offer that cannot be read as expired', () => {
  const store = openStore(join(dir, 'ccbot.db'), () => 0);
  const offers = createOfferStore(store);
  offers.put('a', offer, 5);
  store.db.prepare("INSERT INTO offers VALUES ('b', 7, '{', 5)").run();
  expect(offers.get('a')).toEqual(offer);
  expect(offers.get('b')).toBeUndefined();
  store.close();
});
