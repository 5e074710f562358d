import type { Store } from './open';

/** Small values that outlive the worker, such as the active session of a chat. */
export interface Settings {
  get(scope: string, key: string): string | undefined;
  set(scope: string, key: string, value: string): void;
}

/** The small values over an open store. */
export function createSettings({ db }: Store): Settings {
  const get = db.prepare<[string, string], { value: string }>(
    'SELECT value FROM settings WHERE scope = ? AND key = ?',
  );
  const set = db.prepare('INSERT OR REPLACE INTO settings (scope, key, value) VALUES (?, ?, ?)');
  return {
    get: (scope, key) => get.get(scope, key)?.value,
    set(scope, key, value) {
      set.run(scope, key, value);
    },
  };
}
