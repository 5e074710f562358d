import * as z from 'zod/mini';

/**
 * The result of one check of `ccbot doctor`. `warn`: works, but could be better. `bad`: broken. `skipped`: could not be
 * checked, because of another finding.
 */
const verdict = z.enum(['ok', 'warn', 'bad', 'skipped']);
export type Verdict = z.infer<typeof verdict>;

/** One line of `ccbot doctor`. */
const check = z.object({
  /** Stable name for scripts, such as `token`. */
  id: z.string(),
  title: z.string(),
  verdict,
  detail: z.string(),
  /** What the user can do; present for `warn` and `bad`. */
  todo: z.optional(z.string()),
});
export type Check = z.infer<typeof check>;

/** What the worker's `doctor --json` prints. */
export const checkList = z.object({ checks: z.array(check) });

export function checkOf(id: string, title: string) {
  return {
    ok: (detail: string): Check => ({ id, title, verdict: 'ok', detail }),
    warn: (detail: string, todo: string): Check => ({ id, title, verdict: 'warn', detail, todo }),
    bad: (detail: string, todo: string): Check => ({ id, title, verdict: 'bad', detail, todo }),
    skipped: (detail: string): Check => ({ id, title, verdict: 'skipped', detail }),
  };
}
