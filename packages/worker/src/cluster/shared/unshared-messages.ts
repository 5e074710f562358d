import type { Store } from '../../store/open';

/** The most messages that wait until the cluster knows their machine; the oldest are forgotten first. */
export const UNSHARED_MAX = 5_000;

/** A message, by its key on the cluster, and its machine. */
export interface MessageOwner {
  key: string;
  host: string;
}

/** The messages whose machine the cluster does not know yet, on disk: they outlive the worker. */
export interface UnsharedMessages {
  /** The machine of a message, by its key on the cluster. */
  get(key: string): string | undefined;
  /** Newest first. */
  all(): MessageOwner[];
  add(key: string, host: string): void;
  /** Adds many at once, oldest first. Those that wait already stay as they are, and count as newer. */
  addOlder(owners: readonly MessageOwner[]): void;
  /** The cluster knows who has these. */
  shared(owners: readonly MessageOwner[]): void;
}

export function createUnsharedMessages(
  { db, tx }: Pick<Store, 'db' | 'tx'>,
  most = UNSHARED_MAX,
): UnsharedMessages {
  const get = db.prepare<[string], { host: string }>('SELECT host FROM unshared_messages WHERE key = ?');
  const all = db.prepare<[], MessageOwner>('SELECT key, host FROM unshared_messages ORDER BY seq DESC');
  const add = db.prepare('INSERT OR REPLACE INTO unshared_messages (key, host) VALUES (?, ?)');
  const trim = db.prepare('DELETE FROM unshared_messages WHERE seq <= ?');
  const remove = db.prepare('DELETE FROM unshared_messages WHERE key = ? AND host = ?');

  function put({ key, host }: MessageOwner): void {
    const { lastInsertRowid } = add.run(key, host);
    trim.run(Number(lastInsertRowid) - most);
  }

  return {
    get: (key) => get.get(key)?.host,
    all: () => all.all(),
    add: (key, host) => put({ key, host }),
    addOlder(owners) {
      tx(() => {
        const newer = all.all().reverse();
        const known = new Set(newer.map(({ key }) => key));
        for (const owner of [...owners.filter(({ key }) => !known.has(key)), ...newer]) put(owner);
      });
    },
    shared(owners) {
      if (owners.length > 0) tx(() => owners.forEach(({ key, host }) => remove.run(key, host)));
    },
  };
}
