/** What an agent may fail at. */
export type Missed = 'ready' | 'ended' | 'typing' | 'transcript' | 'dialog' | 'answer';

/** One thing that was looked at: whether it works, and in words what does not. */
export interface Finding {
  /** `terminal`: it could not be used, which says nothing of the agent. */
  step: Missed | 'terminal';
  ok: boolean;
  trouble?: string;
}

/** In the place of a trouble: something before it did not work. */
export const NOT_LOOKED_AT = 'not looked at';

/** What was looked at and does not work. */
export function failures(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ ok, trouble }) => !ok && trouble !== NOT_LOOKED_AT);
}
