import { BEAT_INTERVAL_MS, PROTOCOL_VERSION, type Beat } from '@ccbot/shared/protocol/messages';

/** What a beat reports beside the process's own figures. */
export type Progress = Pick<
  Beat,
  'lastPollAt' | 'answers' | 'heldOff' | 'inbox' | 'outbox' | 'sessions' | 'busy'
>;

/**
 * Sends a beat every {@link BEAT_INTERVAL_MS} until stopped. A blocked event loop sends none, and the next beat says how
 * late it is: this measures the loop's lag without a second timer, which would wake an idle worker often.
 */
export function startBeats(
  generation: number,
  progress: () => Progress,
  send: (beat: Beat) => void,
  clock: { now(): number; monotonicMs(): number },
): { stop(): void } {
  let expected = clock.monotonicMs() + BEAT_INTERVAL_MS;
  const timer = setInterval(() => {
    const at = clock.monotonicMs();
    send({
      v: PROTOCOL_VERSION,
      generation,
      type: 'beat',
      at: clock.now(),
      loopLagMs: Math.max(0, Math.round(at - expected)),
      rssBytes: process.memoryUsage.rss(),
      ...progress(),
    });
    expected = at + BEAT_INTERVAL_MS;
  }, BEAT_INTERVAL_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
