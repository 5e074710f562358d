/** The exit codes of every ccbot program. They are a public contract: service managers act on them. */
export const EXIT = {
  ok: 0,
  /** Another instance holds the lock; its path, holder and reason are on stderr and in the log. */
  lockHeld: 1,
  /** A temporary failure (network, 409 for too long): a later start can help. EX_TEMPFAIL of sysexits.h. */
  temporary: 75,
  /** A configuration error (no token, 401): another start cannot help. EX_CONFIG of sysexits.h. */
  config: 78,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
