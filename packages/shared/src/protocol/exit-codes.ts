/** The exit codes of every ccbot program, in one table (design: "Contracts that stay"). */
export const EXIT = {
  /** All is well. */
  ok: 0,
  /** Another instance holds the lock; its path, holder and reason are on stderr and in the log. */
  lockHeld: 1,
  /** A temporary trouble (network, 409 for too long): starting again later can help. EX_TEMPFAIL of sysexits.h. */
  temporary: 75,
  /** A configuration error (no token, 401): starting again cannot help. EX_CONFIG of sysexits.h. */
  config: 78,
} as const;

/** One of {@link EXIT}. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
