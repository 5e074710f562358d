import { noticeOn, NOTICES } from './notices';

it('has the default of the table when nothing, or anything but on and off, is set', () => {
  for (const notice of NOTICES) {
    expect(noticeOn(notice.kind, () => undefined)).toBe(notice.default === 'on');
    expect(noticeOn(notice.kind, () => 'maybe')).toBe(notice.default === 'on');
  }
});

it('switches each kind by its own key', () => {
  for (const { kind, key } of NOTICES) {
    for (const other of NOTICES) {
      expect(noticeOn(other.kind, (asked) => (asked === key ? 'off' : undefined))).toBe(other.kind !== kind);
    }
  }
});
