import type * as z from 'zod/mini';
import type { Same } from './fixtures/same';
import {
  clearRebuildNotice,
  pendingRebuildNotice,
  saveRebuildNotice,
  type RebuildNotice,
  type rebuildNoticeSchema,
} from './rebuild-notice';
import { createSettings, type Settings } from './settings';
import { migrate } from './migrations';
import type { Database } from './database';
import { openSqlite } from './sqlite';

/** Compiles only while the schema and the type have the same fields, of the same types. */
const same: Same<z.output<typeof rebuildNoticeSchema>, RebuildNotice> = true;

const notice: RebuildNotice = {
  since: 5,
  text: 'rebuilt',
  of: { path: '/a', reason: 'no database', aside: '/a.broken' },
  salvaged: { messages: 1, shows: 2, damaged: ['prompts'] },
};

let db: Database;
let settings: Settings;
beforeEach(() => {
  db = openSqlite(':memory:');
  migrate(db);
  settings = createSettings({ db });
});
afterEach(() => db.close());

it('has a schema of the same type as the notice', () => {
  expect(same).toBe(true);
});

it('is pending from when it is saved until it is cleared', () => {
  expect(pendingRebuildNotice(settings)).toBeUndefined();
  saveRebuildNotice(settings, notice);
  expect(pendingRebuildNotice(settings)).toEqual(notice);
  clearRebuildNotice(settings);
  expect(pendingRebuildNotice(settings)).toBeUndefined();
});

it('is read as an earlier ccbot wrote it', () => {
  settings.set('store', 'rebuilt', '{"since":5,"text":"rebuilt"}');
  expect(pendingRebuildNotice(settings)).toEqual({ since: 5, text: 'rebuilt' });
});

it('does not stop the worker when it cannot be read', () => {
  settings.set('store', 'rebuilt', '{"since":');
  expect(pendingRebuildNotice(settings)).toBeUndefined();
});
