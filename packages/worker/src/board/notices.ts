/** The kinds of short notices about sessions that a chat does not write to. */
export type NoticeKind = 'finished' | 'failed' | 'needs' | 'silent';

/** A kind with its switch: a key among the chat's settings (scope `chat:<id>`), and the default. */
export interface NoticeSwitch {
  kind: NoticeKind;
  key: string;
  default: 'on' | 'off';
}

/** All kinds, in the order of the menu. */
export const NOTICES: readonly NoticeSwitch[] = [
  { kind: 'finished', key: 'notice-finished', default: 'on' },
  { kind: 'failed', key: 'notice-failed', default: 'on' },
  { kind: 'needs', key: 'notice-needs', default: 'on' },
  { kind: 'silent', key: 'notice-silent', default: 'on' },
];

/** Whether a kind is on. Any stored value but `on` and `off` counts as not set. */
export function noticeOn(kind: NoticeKind, get: (key: string) => string | undefined): boolean {
  const notice = NOTICES.find((candidate) => candidate.kind === kind);
  if (notice === undefined) return false;
  const value = get(notice.key);
  return (value === 'on' || value === 'off' ? value : notice.default) === 'on';
}
