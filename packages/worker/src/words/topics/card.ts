import type { Translator } from '../translate';
import type { Moments } from '../when';

/** The size of a block of an answer. */
type BlockSize = { characters: number } | { lines: number } | { rows: number; columns: number };

/** Texts of a card. Plain text. */
export type CardWords = ReturnType<typeof cardWordsIn>;

export function cardWordsIn(
  translator: Translator,
  moments: Pick<Moments, 'span' | 'time' | 'money' | 'number'>,
) {
  const t = translator.topic('card');
  return {
    phase: {
      starting: t('starting'),
      idle: t('idle'),
      working: t('working'),
      ended: t('ended'),
      lost: t('lost'),
    },
    outcome: { done: t('done'), interrupted: t('interrupted'), failed: t('failed') },
    running: t('running'),
    interrupt: t('interrupt'),
    stop: t('stop'),
    screen: t('screen'),
    /** `until`: when the rule expires, ms since the epoch. */
    allowing: (until: number | 'done') =>
      t('allowing', {
        until: until === 'done' ? t('untilDone') : t('untilTime', { time: moments.time(until) }),
      }),
    stopAllowing: t('stopAllowing'),
    compacted: t('compacted'),
    context: (percent: number) => t('context', { percent }),
    cost: (usd: number) => moments.money(usd),
    todos: (done: number, all: number) => t('todos', { done, all }),
    agents: (running: number, ended: number) =>
      `${t('agents', { count: running })}${ended === 0 ? '' : t('agentsDone', { n: ended })}`,
    more: (n: number) => t('more', { n }),
    error: t('error'),
    tools: (n: number) => t('tools', { count: n }),
    earlier: (n: number) => t('earlier', { n }),
    earlierTexts: (n: number) => t('earlierTexts', { count: n }),
    /** The size of a block of an answer that is attached as a file. */
    blockSize: (size: BlockSize) => {
      if ('characters' in size) return t('characters', { count: size.characters });
      if ('lines' in size) return t('lines', { count: size.lines });
      const r = t('rows', { count: size.rows });
      const c = t('columns', { count: size.columns });
      return t('tableSize', { r, c });
    },
    /** A duration, ms; see {@link Moments.span}. */
    span: moments.span,
  } as const;
}
