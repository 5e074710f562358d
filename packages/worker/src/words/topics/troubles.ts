import type { TroubleCode } from '@ccbot/shared/net/classify';
import type { Translator } from '../translate';

/** Why Telegram cannot be used: the faults of `packages/shared/src/net/classify.ts`, for the chat. Markdown. */
export function troubleWordsIn(translator: Translator) {
  const cause = translator.topic('causes');
  const advice = translator.topic('advice');
  return {
    /** Part of a sentence. */
    cause: (code: TroubleCode): string => cause(code),
    todo: (code: TroubleCode): string => advice(code),
  } as const;
}
