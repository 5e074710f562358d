/** What a key sends to a program on a terminal. */
interface KeyBytes {
  normal: string;
  /** In application cursor mode, where it differs. */
  application?: string;
}

const arrow = (letter: string): KeyBytes => ({ normal: `\u001b[${letter}`, application: `\u001bO${letter}` });

/** The named keys that may be pressed, in tmux's spelling, with what a terminal sends for them. */
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
 * The bytes of a named key (`Enter`, `Up`), of a control letter (`C-c`) or of one printable ASCII character; null
 * for anything else. tmux types an unknown name out as text, so names are checked before they reach it.
 */
export function keyBytes(key: string, applicationCursor = false): string | null {
  const named = NAMED.get(key);
  if (named !== undefined) return applicationCursor ? (named.application ?? named.normal) : named.normal;
  const control = /^C-([a-z])$/.exec(key)?.[1];
  if (control !== undefined) return String.fromCharCode(control.charCodeAt(0) - 0x60);
  return /^[!-~]$/.test(key) ? key : null;
}

/** The first key of a sequence that no terminal has, or null. */
export function unknownKey(keys: readonly { kind: string; key?: string }[]): string | null {
  const found = keys.find((k) => k.kind === 'key' && keyBytes(k.key ?? '') === null);
  return found === undefined ? null : (found.key ?? '');
}
