import * as z from 'zod/mini';
import { parseRow, type RowFormat } from './json';
import type { Settings } from './settings';

/** A rebuild of the database that the users must still hear about. It is stored in the new database. */
export interface RebuildNotice {
  /** When the old database was last written to, ms since the epoch: nobody heard of anything that happened since then. */
  since: number;
  /** What happened and where the old database is, in English: all that an earlier version wrote, and reads. */
  text: string;
  /** The same as data, for every language; absent in what an earlier version wrote. */
  of?: { path: string; reason: string; aside: string };
  /** What could be copied from the old database; absent in what an earlier version wrote. */
  salvaged?: {
    messages: number;
    shows: number;
    damaged: readonly string[];
  };
}

export const rebuildNoticeSchema = z.object({
  since: z.number(),
  text: z.string(),
  of: z.exactOptional(z.object({ path: z.string(), reason: z.string(), aside: z.string() })),
  salvaged: z.exactOptional(
    z.object({ messages: z.number(), shows: z.number(), damaged: z.array(z.string()) }),
  ),
});

const format: RowFormat<RebuildNotice> = { version: 1, schema: rebuildNoticeSchema };

const SCOPE = 'store';
const KEY = 'rebuilt';

/** The notice that still has to be sent. One that cannot be read is left where it is, and nobody hears of it. */
export function pendingRebuildNotice(settings: Settings): RebuildNotice | undefined {
  const text = settings.get(SCOPE, KEY) ?? '';
  if (text === '') return undefined;
  const notice = parseRow(format, text);
  return notice.ok ? notice.value : undefined;
}

export function saveRebuildNotice(settings: Settings, notice: RebuildNotice): void {
  settings.set(SCOPE, KEY, JSON.stringify(notice));
}

export function clearRebuildNotice(settings: Settings): void {
  settings.set(SCOPE, KEY, '');
}
