/**
 * What one look of `ccbot doctor` found: `ok`; `warn`, it works and could be better; `bad`, something is broken;
 * `skipped`, it could not be looked at, because of another finding.
 */
export type Verdict = 'ok' | 'warn' | 'bad' | 'skipped';

/** One line of `ccbot doctor`. */
export interface Check {
  /** Stable name for scripts, such as `token`. */
  id: string;
  /** The same for people. */
  title: string;
  verdict: Verdict;
  /** What was found. */
  detail: string;
  /** What the person can do; there for `warn` and `bad`. */
  todo?: string;
}

/** Makes the checks of one thing: `id` and `title` stay the same whatever is found. */
export function checkOf(id: string, title: string) {
  return {
    ok: (detail: string): Check => ({ id, title, verdict: 'ok', detail }),
    warn: (detail: string, todo: string): Check => ({ id, title, verdict: 'warn', detail, todo }),
    bad: (detail: string, todo: string): Check => ({ id, title, verdict: 'bad', detail, todo }),
    skipped: (detail: string): Check => ({ id, title, verdict: 'skipped', detail }),
  };
}

/** Whether what one program printed of another is a check. */
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
