/** What a chat is told of sessions that it does not write to, one short message at each transition. */
export type NoticeKind = 'finished' | 'failed' | 'needs' | 'silent';

/** One kind of short message: where its switch is among the chat's settings (scope `chat:<id>`), and how it stands at first. */
export interface NoticeSwitch {
  kind: NoticeKind;
  key: string;
  default: 'on' | 'off';
}

/** All kinds, in the order in which a menu shows them. */
export const NOTICES: readonly NoticeSwitch[] = [
  { kind: 'finished', key: 'notice-finished', default: 'on' },
  { kind: 'failed', key: 'notice-failed', default: 'on' },
  { kind: 'needs', key: 'notice-needs', default: 'on' },
  { kind: 'silent', key: 'notice-silent', default: 'on' },
];

/** Whether a kind is on, by what is set; anything but `on` and `off` counts as not set. */
export function noticeOn(kind: NoticeKind, get: (key: string) => string | undefined): boolean {
  const one = NOTICES.find((notice) => notice.kind === kind);
  if (one === undefined) return false;
  const value = get(one.key);
  return (value === 'on' || value === 'off' ? value : one.default) === 'on';
}
