import { tickTogether } from '@ccbot/shared/together';
import { BEAT_INTERVAL_MS, PROTOCOL_VERSION, type Beat } from '@ccbot/shared/protocol/messages';

/** What a beat reports beside the process's own figures. */
export type Progress = Pick<
  Beat,
  'lastPollAt' | 'answers' | 'heldOff' | 'cluster' | 'inbox' | 'outbox' | 'sessions' | 'busy'
>;

/** A worker's beats. */
export interface Beats {
  /** Sends one at once, because something in it must be known at once. */
  now(): void;
  stop(): void;
}

/**
 * Sends a beat every {@link BEAT_INTERVAL_MS} until stopped. A blocked event loop sends none, and the next beat says how
 * late it is: this measures the loop's lag without a second timer, which would wake an idle worker often.
 */
export function startBeats(
  generation: number,
  progress: () => Progress,
  send: (beat: Beat) => void,
  clock: { now(): number },
): Beats {
  const beat = (loopLagMs: number): void =>
    send({
      v: PROTOCOL_VERSION,
      generation,
      type: 'beat',
      at: clock.now(),
      loopLagMs,
      rssBytes: process.memoryUsage.rss(),
      ...progress(),
    });
  const ticking = tickTogether(BEAT_INTERVAL_MS, (lateMs) => beat(Math.round(lateMs)));
  return { now: () => beat(0), stop: () => ticking.stop() };
}
