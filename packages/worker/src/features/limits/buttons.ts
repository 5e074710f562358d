import { ID, type ButtonKind } from '../../cards/button';

/** When a session continues after a limit: at its reset, now, or when the user says so. */
export const RESUME_WHEN = ['reset', 'now', 'never'] as const;
export type ResumeWhen = (typeof RESUME_WHEN)[number];

export interface ResumeIntent {
  readonly do: 'resume';
  readonly session: string;
  readonly when: ResumeWhen;
}

export const resumeButton: ButtonKind<ResumeIntent> = {
  verb: 'resume',
  counts: 'posted',
  write: ({ session, when }) => `${session}:${when}`,
  read(rest) {
    const [session = '', word] = rest.split(':');
    const when = RESUME_WHEN.find((known) => known === word);
    return ID.test(session) && when !== undefined ? { do: 'resume', session, when } : null;
  },
};
