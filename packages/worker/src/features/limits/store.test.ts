import { openSqlite } from '../../store/sqlite';
import type * as z from 'zod/mini';
import type { Same } from '../../store/fixtures/same';
import { migrate } from '../../store/migrations';
import { createSettings } from '../../store/settings';
import type { AccountLimit } from './limits';
import { createLimitStore, type limitSchema } from './store';

/** Compiles only while the schema and the type have the same fields, of the same types. */
const same: Same<z.output<typeof limitSchema>, AccountLimit> = true;

it('has a schema of the same type as a limit', () => {
  expect(same).toBe(true);
});

it('skips a limit that cannot be read', () => {
  const db = openSqlite(':memory:');
  migrate(db);
  const settings = createSettings({ db });
  const limits = createLimitStore(settings);
  const limit: AccountLimit = { window: '5h', usedPercent: 50, resetsAt: 9, at: 5, announced: 50 };
  limits.put('claude', limit);
  expect(settings.get('limits:claude', '5h')).toBe(
    '{"window":"5h","usedPercent":50,"resetsAt":9,"at":5,"told":50}',
  );
  settings.set('limits:claude', 'week', '{"window":"week"}');
  settings.set('limits:codex', 'week', '{');
  expect(limits.get('claude', 'week')).toBeUndefined();
  expect(limits.all()).toEqual([{ agent: 'claude', limit }]);
  db.close();
});
