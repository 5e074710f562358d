/**
 * The result of one check of `ccbot doctor`. `warn`: works, but could be better. `bad`: broken. `skipped`: could not be
 * checked, because of another finding.
 */
export type Verdict = 'ok' | 'warn' | 'bad' | 'skipped';

/** One line of `ccbot doctor`. */
export interface Check {
  /** Stable name for scripts, such as `token`. */
  id: string;
  title: string;
  verdict: Verdict;
  detail: string;
  /** What the user can do; present for `warn` and `bad`. */
  todo?: string;
}

export function checkOf(id: string, title: string) {
  return {
    ok: (detail: string): Check => ({ id, title, verdict: 'ok', detail }),
    warn: (detail: string, todo: string): Check => ({ id, title, verdict: 'warn', detail, todo }),
    bad: (detail: string, todo: string): Check => ({ id, title, verdict: 'bad', detail, todo }),
    skipped: (detail: string): Check => ({ id, title, verdict: 'skipped', detail }),
  };
}

/** Validates a check from another program's output. */
export function isCheck(value: unknown): value is Check {
  const { id, title, verdict, detail, todo } = (value ?? {}) as Record<string, unknown>;
  return (
    typeof id === 'string' &&
    typeof title === 'string' &&
    ['ok', 'warn', 'bad', 'skipped'].includes(String(verdict)) &&
    typeof detail === 'string' &&
    (todo === undefined || typeof todo === 'string')
  );
}
