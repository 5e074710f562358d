import type { Database } from './database';

/** Small values that outlive the worker, such as the active session of a chat. */
export interface Settings {
  get(scope: string, key: string): string | undefined;
  set(scope: string, key: string, value: string): void;
  remove(scope: string, key: string): void;
  /** All values of the scopes that begin with `prefix`, ordered by scope and key. */
  under(prefix: string): { scope: string; key: string; value: string }[];
}

export function createSettings({ db }: { readonly db: Database }): Settings {
  const get = db.prepare<[string, string], { value: string }>(
    'SELECT value FROM settings WHERE scope = ? AND key = ?',
  );
  const set = db.prepare('INSERT OR REPLACE INTO settings (scope, key, value) VALUES (?, ?, ?)');
  const remove = db.prepare('DELETE FROM settings WHERE scope = ? AND key = ?');
  const under = db.prepare<[string, string], { scope: string; key: string; value: string }>(
    'SELECT scope, key, value FROM settings WHERE scope >= ? AND scope < ? ORDER BY scope, key',
  );
  return {
    get: (scope, key) => get.get(scope, key)?.value,
    set(scope, key, value) {
      set.run(scope, key, value);
    },
    remove(scope, key) {
      remove.run(scope, key);
    },
    under: (prefix) => under.all(prefix, `${prefix}\u{10ffff}`),
  };
}
