import * as z from 'zod/mini';
import { parseRow, type RowFormat } from '../../store/json';
import { pendingRebuildNotice } from '../../store/rebuild-notice';
import type { Settings } from '../../store/settings';
import type { Access, RememberedAccess } from './decide';

const format: RowFormat<Access> = {
  version: 1,
  schema: z.object({ users: z.array(z.number()), apiRoot: z.string() }),
};

/** A change of the server that must still be told. Who was told is removed from `to`. */
export interface ServerChange {
  /** When it was noticed, ms since the epoch. Unique among the changes. */
  at: number;
  /** The settings as they were, because the previous server is asked to pass the message on. */
  before: string;
  now: string;
  to: readonly number[];
}

const changesFormat: RowFormat<{ changes: readonly ServerChange[] }> = {
  version: 1,
  schema: z.object({
    changes: z.array(
      z.object({ at: z.number(), before: z.string(), now: z.string(), to: z.array(z.number()) }),
    ),
  }),
};

const SCOPE = 'trust';

/** What the last start remembered of the access to this ccbot, and what of it users must still hear. */
export interface AccessStore {
  remembered(): RememberedAccess;
  remember(access: Access): void;
  /** Oldest first. */
  serverChanges(): readonly ServerChange[];
  saveServerChanges(changes: readonly ServerChange[]): void;
}

/** Stores it among the settings, as part of the running transaction. */
export function createAccessStore(settings: Settings): AccessStore {
  return {
    remembered() {
      const text = settings.get(SCOPE, 'access');
      // A rebuilt database may have lost the row.
      if (text === undefined) return pendingRebuildNotice(settings) === undefined ? 'none' : 'lost';
      const row = parseRow(format, text);
      return row.ok ? row.value : 'lost';
    },
    remember: ({ users, apiRoot }) => settings.set(SCOPE, 'access', JSON.stringify({ users, apiRoot })),
    serverChanges() {
      const row = parseRow(changesFormat, settings.get(SCOPE, 'server-changes') ?? '{"changes":[]}');
      return row.ok ? row.value.changes : [];
    },
    saveServerChanges: (changes) => settings.set(SCOPE, 'server-changes', JSON.stringify({ changes })),
  };
}
