import type { Missed } from '../../canary/model';
import { code } from '../markdown';
import type { Speech } from '../translate';

/** What is told of an agent's new version that ccbot does not understand. Markdown. */
export type CanaryWords = ReturnType<typeof canaryWordsIn>;

/** Those words in a language. */
export function canaryWordsIn(speech: Speech) {
  const t = speech.topic('canary');
  return {
    trouble: (title: string, version: string, missed: readonly Missed[]) =>
      t('trouble', {
        title,
        version: code(version),
        list: missed.map((step) => `- ${t(step)}`).join('\n'),
      }),
  } as const;
}
