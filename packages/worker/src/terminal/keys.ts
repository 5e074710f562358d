/** The bytes that a key sends to a program. */
interface KeyBytes {
  normal: string;
  /** In application cursor mode, if they differ. */
  application?: string;
}

const arrow = (letter: string): KeyBytes => ({ normal: `\u001b[${letter}`, application: `\u001bO${letter}` });

/** The named keys that we can press, in tmux's spelling. */
const NAMED: ReadonlyMap<string, KeyBytes> = new Map([
  ['Enter', { normal: '\r' }],
  ['Escape', { normal: '\u001b' }],
  ['Tab', { normal: '\t' }],
  ['BTab', { normal: '\u001b[Z' }],
  ['Space', { normal: ' ' }],
  ['BSpace', { normal: '\u007f' }],
  ['Up', arrow('A')],
  ['Down', arrow('B')],
  ['Right', arrow('C')],
  ['Left', arrow('D')],
  ['Home', { normal: '\u001b[1~' }],
  ['End', { normal: '\u001b[4~' }],
  ['PageUp', { normal: '\u001b[5~' }],
  ['PageDown', { normal: '\u001b[6~' }],
  ['DC', { normal: '\u001b[3~' }],
]);

/**
 * The bytes of a named key (`Enter`, `Up`), a control letter (`C-c`) or a printable ASCII character; null for anything
 * else. tmux types an unknown name as text, so we check names before they reach it.
 */
export function keyBytes(key: string, applicationCursor = false): string | null {
  const named = NAMED.get(key);
  if (named !== undefined) return applicationCursor ? (named.application ?? named.normal) : named.normal;
  const control = /^C-([a-z])$/.exec(key)?.[1];
  if (control !== undefined) return String.fromCharCode(control.charCodeAt(0) - 0x60);
  return /^[!-~]$/.test(key) ? key : null;
}

/** The first unknown key of a sequence, or null. */
export function unknownKey(keys: readonly { kind: string; key?: string }[]): string | null {
  const unknown = keys.find(({ kind, key }) => kind === 'key' && keyBytes(key ?? '') === null);
  return unknown === undefined ? null : (unknown.key ?? '');
}
