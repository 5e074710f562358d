/**
 * How often the transcripts of sessions that no chat writes to are read. Each reading costs as much as thirty lines, and
 * delays the sessions on screen, so their number a second is bounded: what is off screen may be a moment late.
 */
export interface ReadingPace {
  /** A transcript off screen was read. */
  read(session: string): void;
  /** How long such a transcript waits after a reading, to be read together with what comes meanwhile, ms. */
  holdMs(): number;
}

/** A few sessions off screen are read this often, ms: their state in the footer follows without a visible delay. */
const HOLD_MIN_MS = 250;

/**
 * The longest wait, ms: the end of a turn off screen is reported by then, whatever the others do. A hook that tells of it
 * has the transcript read immediately.
 */
const HOLD_MAX_MS = 3_000;

/** Each session that is busy off screen adds this to the wait, ms: 17 readings a second in all. */
const SHARE_MS = 60;

/** Sessions that were read within this time count as busy, ms. */
const WINDOW_MS = 2 * HOLD_MAX_MS;

/** `now`: monotonic, ms. */
export function createReadingPace(now: () => number): ReadingPace {
  let current = new Set<string>();
  let before = new Set<string>();
  let startedAt = now();
  const advance = (): void => {
    const age = now() - startedAt;
    if (age < WINDOW_MS) return;
    before = age < 2 * WINDOW_MS ? current : new Set();
    current = new Set();
    startedAt = now();
  };
  return {
    read(session) {
      advance();
      current.add(session);
    },
    holdMs() {
      advance();
      const busy = Math.max(current.size, before.size);
      return Math.min(HOLD_MAX_MS, Math.max(HOLD_MIN_MS, busy * SHARE_MS));
    },
  };
}
