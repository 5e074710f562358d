/** The schemes that Telegram opens from a message (Bot API, `text_link`). */
const SCHEMES = new Set(['http:', 'https:', 'tg:', 'mailto:']);

/** The address as Telegram takes it; `null` for one that it would not open: a path, a script, an invalid host. */
export function linkable(url: string): string | null {
  const trimmed = url.trim();
  if (!URL.canParse(trimmed)) return null;
  const parsed = new URL(trimmed);
  if (!SCHEMES.has(parsed.protocol)) return null;
  const isPlain = trimmed.startsWith(parsed.protocol) && /^[\x21-\x7e]+$/.test(trimmed);
  return isPlain ? trimmed : parsed.href;
}
