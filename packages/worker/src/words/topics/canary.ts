import type { Missed } from '../../canary/model';
import { code } from '../markdown';
import type { Translator } from '../translate';

/** Texts about a new version of an agent that ccbot does not understand. Markdown. */
export function canaryWordsIn(translator: Translator) {
  const t = translator.topic('canary');
  return {
    trouble: (title: string, version: string, missed: readonly Missed[]) =>
      t('trouble', {
        title,
        version: code(version),
        list: missed.map((step) => `- ${t(step)}`).join('\n'),
      }),
  } as const;
}
