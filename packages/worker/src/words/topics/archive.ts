import { code } from '../markdown';
import type { Speech } from '../translate';

/** Renaming a session. In Markdown. */
export function archiveWordsIn(speech: Speech) {
  const t = speech.topic('archive');
  return {
    renamed: (name: string) => t('renamed', { name: code(name) }),
    renameUsage: t('renameUsage'),
  } as const;
}
