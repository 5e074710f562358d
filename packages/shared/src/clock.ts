/** Time and randomness, passed in so that a test controls both. */
export interface Clock {
  /** Milliseconds since the epoch; the user may set it back. */
  now(): number;
  /** In [0, 1), for jitter. */
  chance(): number;
}

/** A clock that also measures how long something takes. */
export interface MonotonicClock extends Clock {
  /** Milliseconds since any fixed moment; never goes back. */
  monotonicMs(): number;
}

/**
 * Milliseconds since a moment that is the same for all programs of this machine, so that one program can tell another
 * when something ends. It stands still while the machine sleeps.
 */
export function systemMonotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1_000 + nanoseconds / 1e6;
}
