import type { Store } from '../../store/open';

/** The most messages that wait until the cluster knows their machine; the oldest are forgotten first. */
export const UNSHARED_MAX = 5_000;

/** The messages whose machine the cluster does not know yet, on disk: they outlive the worker. */
export interface UnsharedMessages {
  /** The machine of a message, by its key on the cluster. */
  get(key: string): string | undefined;
  /** Oldest first. */
  all(): { key: string; host: string }[];
  add(key: string, host: string): void;
  /** The cluster knows that this machine has it. */
  shared(key: string, host: string): void;
}

export function createUnsharedMessages({ db }: Pick<Store, 'db'>, most = UNSHARED_MAX): UnsharedMessages {
  const get = db.prepare<[string], { host: string }>('SELECT host FROM unshared_messages WHERE key = ?');
  const all = db.prepare<[], { key: string; host: string }>(
    'SELECT key, host FROM unshared_messages ORDER BY seq',
  );
  const add = db.prepare('INSERT OR REPLACE INTO unshared_messages (key, host) VALUES (?, ?)');
  const trim = db.prepare('DELETE FROM unshared_messages WHERE seq <= ?');
  const remove = db.prepare('DELETE FROM unshared_messages WHERE key = ? AND host = ?');
  return {
    get: (key) => get.get(key)?.host,
    all: () => all.all(),
    add(key, host) {
      const { lastInsertRowid } = add.run(key, host);
      trim.run(Number(lastInsertRowid) - most);
    },
    shared(key, host) {
      remove.run(key, host);
    },
  };
}
