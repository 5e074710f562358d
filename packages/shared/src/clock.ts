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
