/** The schemes of links. Others act in the user's client or on the user's device, such as `tg:`. */
const SCHEMES = new Set(['http:', 'https:', 'mailto:']);

/** A longer address is no link to show, UTF-16 units. */
const ADDRESS_MAX = 2_048;

/** The address as Telegram takes it; `null` for one that is no link here: a path, a script, an invalid host. */
export function linkable(url: string): string | null {
  if (url.length > ADDRESS_MAX) return null;
  const trimmed = url.trim();
  if (!URL.canParse(trimmed)) return null;
  const parsed = new URL(trimmed);
  if (!SCHEMES.has(parsed.protocol)) return null;
  // Clients differ in how they read what is unusual, so they get what we have read.
  const isPlain = trimmed.startsWith(parsed.protocol) && /^[\x21-\x7e]+$/.test(trimmed);
  return isPlain && isUsual(trimmed, parsed) ? trimmed : parsed.href;
}

/** Whether every program finds the same host in an address: it is written as it is, behind the scheme. */
function isUsual(written: string, { protocol, host }: URL): boolean {
  if (protocol === 'mailto:') return !written.includes('\\');
  return written.startsWith(`${protocol}//${host}`) && !written.includes('\\');
}

/**
 * The host to show beside a label that could be taken for another address; empty where the label is plain words, or names
 * the host itself. `url` comes from {@link linkable}.
 */
export function hostBeside(label: string, url: string): string {
  const { protocol, host, hostname, username, pathname } = new URL(url);
  if (label.length > LABEL_MAX) return protocol === 'mailto:' ? decoded(pathname) : host;
  if (protocol === 'mailto:') {
    const address = decoded(pathname);
    return /[@.]/.test(label) && bareLabel(label) !== address && bareLabel(label) !== `mailto:${address}`
      ? address
      : '';
  }
  if (ACTS_IN_TELEGRAM.test(hostname)) return host;
  const isHonest =
    username === '' && !hostname.includes('xn--') && !hostname.endsWith('.') && !HIDDEN.test(label);
  if (!isHonest) return host;
  const hosts = hostsIn(label);
  return hosts.every((named) => named === hostname || named === host || `www.${named}` === hostname)
    ? ''
    : host;
}

/** A longer label, UTF-16 units, always has the host beside it. */
const LABEL_MAX = 500;

/** Telegram opens these by itself: a chat, a proxy, a bot with a start text. */
const ACTS_IN_TELEGRAM = /(?:^|\.)(?:t\.me|telegram\.me|telegram\.dog)$/;

/** Characters that are not seen, or that change the direction of writing. */
const HIDDEN = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/u;

/** What reads as a host: words with dots between them, also look-alike dots. */
const HOST = /(?<![\p{L}\p{N}_-])[\p{L}\p{N}_-]+(?:[.\u2024\u3002\uff0e\uff61][\p{L}\p{N}_-]+)+/gu;

function hostsIn(label: string): string[] {
  const text = label.normalize('NFKC').toLowerCase();
  // In an address, only the part before the path is the host.
  const address = /^[a-z][a-z0-9+.-]{0,20}:\/\/([^\s/?#]*)\S*$/.exec(text.trim());
  const where = address?.[1] ?? text;
  return [...where.matchAll(HOST)].map(([host]) => host);
}

const bareLabel = (label: string): string => label.trim().toLowerCase();

function decoded(text: string): string {
  try {
    return decodeURIComponent(text).toLowerCase();
  } catch {
    return text.toLowerCase(); // not in UTF-8
  }
}
