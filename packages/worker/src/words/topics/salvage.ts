import { code } from '../markdown';
import type { Speech } from '../translate';

/** What is told of a database that was made anew. Markdown. */
export type SalvageWords = ReturnType<typeof salvageWordsIn>;

/** Those words in a language. */
export function salvageWordsIn(speech: Speech) {
  const t = speech.topic('salvage');
  /** What a table holds, for the person. */
  const holds: Readonly<Record<string, string>> = {
    sessions: t('sessions'),
    tails: t('tails'),
    settings: t('settings'),
    next_update: t('told'),
    updates: t('updates'),
    prompts: t('prompts'),
    parcels: t('parcels'),
    parcel_messages: t('parcels'),
    inbox_files: t('files'),
    wishes: t('wishes'),
    posted: t('posted'),
    pauses: t('pauses'),
    asks: t('asks'),
    veiled: t('veiled'),
    offers: t('offers'),
  };
  return {
    /** That it was made anew, why, and where the old one is. */
    rebuilt: (path: string, reason: string, aside: string) =>
      t('rebuilt', { path: code(path), reason: code(reason), aside: code(aside) }),
    /** `damaged`: the tables that could not be read in whole. */
    tookOver(messages: number, shows: number, damaged: readonly string[]): string {
      const held = t('held', {
        messages: t('messages', { count: messages }),
        shows: t('messages', { count: shows }),
      });
      if (damaged.length === 0) return t('whole', { held });
      return t('damaged', {
        held,
        lost: [...new Set(damaged.map((table) => holds[table] ?? table))].join('; '),
      });
    },
  } as const;
}
