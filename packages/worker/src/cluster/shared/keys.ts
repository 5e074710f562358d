/** Every kind of entry in the bucket that all machines share. */
export const PREFIX = {
  machine: 'machine.',
  session: 'session.',
  setting: 'setting.',
  handled: 'handled.',
  card: 'card.',
  report: 'report.',
  hold: 'hold.',
} as const;

export const machineKey = (host: string): string => `${PREFIX.machine}${host}`;
export const sessionKey = (id: string): string => `${PREFIX.session}${encode(id)}`;
export const handledKey = (host: string, chatId: number): string => `${PREFIX.handled}${host}.${chatId}`;
export const cardKey = (host: string, chatId: number): string => `${PREFIX.card}${host}.${chatId}`;
export const reportKey = (host: string, name: string): string => `${PREFIX.report}${host}.${name}`;
export const holdKey = (chat: number | 'all'): string => `${PREFIX.hold}${chat}`;
export const settingKey = (scope: string, key: string): string =>
  `${PREFIX.setting}${encode(scope)}.${encode(key)}`;

/** How the keys of what a machine says of itself begin, apart from its sessions. */
export const ownKeysOf = (host: string): readonly string[] => [
  `${PREFIX.handled}${host}.`,
  `${PREFIX.card}${host}.`,
  `${PREFIX.report}${host}.`,
];

/** The machine and the chat in the key of an entry of this kind; null for any other. */
export function placeOf(
  prefix: 'card.' | 'handled.',
  entryKey: string,
): { host: string; chatId: number } | null {
  if (!entryKey.startsWith(prefix)) return null;
  const [, host, chat] = /^(.+)\.(-?\d{1,16})$/.exec(entryKey.slice(prefix.length)) ?? [];
  return host === undefined ? null : { host, chatId: Number(chat) };
}

/** The chat of a hold's entry; null for any other. */
export function heldChatOf(entryKey: string): number | 'all' | null {
  const [, chat] = /^hold\.(all|-?\d{1,16})$/.exec(entryKey) ?? [];
  return chat === undefined ? null : chat === 'all' ? chat : Number(chat);
}

/** The scope and the key of a setting's entry; null for any other. */
export function settingOf(entryKey: string): { scope: string; key: string } | null {
  if (!entryKey.startsWith(PREFIX.setting)) return null;
  const [scope, key, ...more] = entryKey.slice(PREFIX.setting.length).split('.').map(decode);
  return scope === undefined || key === undefined || more.length > 0 ? null : { scope, key };
}

/** A key may hold letters, digits and `-/_=.`; a dot separates its parts. */
function encode(text: string): string {
  return text.replace(/[^\w-]/gu, (sign) =>
    [...new TextEncoder().encode(sign)].map((byte) => `=${byte.toString(16).padStart(2, '0')}`).join(''),
  );
}

function decode(text: string): string {
  const bytes: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const code = text[i] === '=' ? Number.parseInt(text.slice(i + 1, i + 3), 16) : text.charCodeAt(i);
    if (text[i] === '=') i += 2;
    bytes.push(code);
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}
