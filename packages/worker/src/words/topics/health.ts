import type { Speech } from '../translate';
import type { Moments } from '../when';

/** What `/health` tells, a line each. Markdown. */
export type HealthWords = ReturnType<typeof healthWordsIn>;

/** Those words in a language. Times are in ms. */
export function healthWordsIn(speech: Speech, { span, size }: Moments) {
  const t = speech.topic('health');
  return {
    list: (lines: readonly string[]) => lines.map((line) => `- ${line}`).join('\n'),
    process: (version: string, upMs: number) => t('process', { version, span: span(upMs) }),
    /** How long ago the last poll was; null: there was none. */
    polled: (agoMs: number | null) => (agoMs === null ? t('unpolled') : t('polled', { span: span(agoMs) })),
    memory: (bytes: number) => t('memory', { size: size(bytes) }),
    /** What waits in the inbox, and how long the oldest has: one that stands still is seen by it. */
    toHandle: (n: number, oldestMs?: number) =>
      oldestMs === undefined ? t('handle', { n }) : t('oldest', { n, span: span(oldestMs) }),
    sessions: (n: number) => t('sessions', { n }),
    toSend: (n: number) => t('send', { n }),
  } as const;
}
