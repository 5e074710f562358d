import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { now } from '../clock';
import type { ChaosMachine } from './machine';

/** Time between two looks, ms: a machine whose clock is stepped by days deletes what it has handled within a minute. */
const LOOK_MS = 1_000;

/** One update in the journal of one machine. */
export interface JournalEntry {
  readonly host: string;
  state: 'new' | 'claimed' | 'done' | 'failed';
  /** How often its handling began. More than once: a worker was killed, or failed, while it handled it. */
  tries: number;
  /** When it was first seen to be handled, ms of the monotonic clock. */
  handledAt?: number;
}

/** What the machines have written to their journals, by update. */
export interface Journals {
  of(update: number): readonly JournalEntry[];
  /** Reads them now. */
  look(): void;
  close(): void;
}

interface Row {
  id: number;
  state: JournalEntry['state'];
  tries: number;
}

/** Reads the journals of all machines again and again, beside their workers. */
export function watchJournals(machines: readonly ChaosMachine[]): Journals {
  const entries = new Map<number, JournalEntry[]>();
  const databases = new Map<string, DatabaseSyncInstance>();
  const look = (): void => {
    for (const { host, dir } of machines) {
      const database = databases.get(host) ?? openJournal(dir);
      if (database === null) continue;
      databases.set(host, database);
      for (const row of rowsOf(database)) record(entries, host, row);
    }
  };
  const timer = setInterval(look, LOOK_MS);
  return {
    of: (update) => entries.get(update) ?? [],
    look,
    close() {
      clearInterval(timer);
      for (const database of databases.values()) database.close();
    },
  };
}

/** Null as long as the machine has none. */
function openJournal(dir: string): DatabaseSyncInstance | null {
  const path = join(dir, 'ccbot.db');
  return existsSync(path) ? new DatabaseSync(path, { readOnly: true, timeout: 5_000 }) : null;
}

function rowsOf(database: DatabaseSyncInstance): Row[] {
  try {
    return database.prepare('SELECT id, state, tries FROM updates').all() as unknown as Row[];
  } catch {
    return []; // its first worker has not created the table yet, or is creating it
  }
}

function record(entries: Map<number, JournalEntry[]>, host: string, { id, state, tries }: Row): void {
  const ofUpdate = entries.get(id) ?? [];
  entries.set(id, ofUpdate);
  let entry = ofUpdate.find((each) => each.host === host);
  if (entry === undefined) ofUpdate.push((entry = { host, state, tries }));
  Object.assign(entry, { state, tries });
  if (state === 'done') entry.handledAt ??= now();
}
