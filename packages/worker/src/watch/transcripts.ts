import type { LogFn } from '@ccbot/shared/log/logger';
import { continuesAt } from './continuity';
import { offsetAt } from './locate';
import type { TailMark } from './model';
import type { WatchHealth } from './watch-health';
import { tail, type Tail, type TailOptions } from './tail';

/** The transcripts that agents write. */
export interface Transcripts {
  /** Follows a transcript; what it cannot read is logged and tried again. */
  tail(options: Omit<TailOptions, 'onTrouble' | 'onPolling'>): Tail;
  /** The byte offset of the first record written at or after `at`, ms since the epoch. See {@link offsetAt}. */
  offsetAt(path: string, at: number, opened?: number): Promise<number>;
  /** Whether the file at a path is the one that a mark was set in. See {@link continuesAt}. */
  continuesAt(path: string, mark: Pick<TailMark, 'offset' | 'last'>): Promise<boolean>;
}

export function createTranscripts(log: LogFn, health: Pick<WatchHealth, 'polling'>): Transcripts {
  return {
    tail(options) {
      let last = '';
      return tail({
        ...options,
        onPolling: (isPolling) => health.polling(isPolling),
        onTrouble(reason) {
          // It is tried every few seconds, and what is wrong may stay so for days.
          if (reason !== last) log('warn', 'transcript unreadable', { path: options.path, reason });
          last = reason;
        },
      });
    },
    offsetAt,
    continuesAt,
  };
}
