/** What Telegram opens from a message (Bot API, `text_link`). */
const SCHEMES = new Set(['http:', 'https:', 'tg:', 'mailto:']);

/** The address as Telegram takes it, or `null` for one it would not open: a path, a script, a host that is none. */
export function linkable(url: string): string | null {
  const trimmed = url.trim();
  if (!URL.canParse(trimmed)) return null;
  const parsed = new URL(trimmed);
  if (!SCHEMES.has(parsed.protocol)) return null;
  const asItIs = trimmed.startsWith(parsed.protocol) && /^[\x21-\x7e]+$/.test(trimmed);
  return asItIs ? trimmed : parsed.href;
}
