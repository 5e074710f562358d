import { code } from '../markdown';
import type { Translator } from '../translate';

/** Texts about a rebuilt database. Markdown. */
export function salvageWordsIn(translator: Translator) {
  const t = translator.topic('salvage');
  /** The content of each table, in the user's words. */
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
    askers: t('askers'),
  };
  return {
    rebuilt: (path: string, reason: string, aside: string) =>
      t('rebuilt', { path: code(path), reason: code(reason), aside: code(aside) }),
    /** `damaged`: the tables that were not fully readable. */
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
