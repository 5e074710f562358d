import type { Config } from './schema';
import { unbracketed } from '../net/unbracketed';

/** The proxy for requests to `url`: `TG_PROXY_URL`, or empty if there is none or `NO_PROXY` names the host. */
export function proxyFor(
  url: string,
  { TG_PROXY_URL, NO_PROXY }: Pick<Config, 'TG_PROXY_URL' | 'NO_PROXY'>,
): string {
  if (TG_PROXY_URL === '' || !URL.canParse(url)) return TG_PROXY_URL;
  const { hostname, port, protocol } = new URL(url);
  const host = unbracketed(hostname.toLowerCase());
  const actualPort = port === '' ? (protocol === 'https:' ? '443' : '80') : port;
  return NO_PROXY.toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => names(entry, host, actualPort))
    ? ''
    : TG_PROXY_URL;
}

/** Whether an entry of `NO_PROXY` names a host, as curl and other programs read it. */
function names(entry: string, host: string, port: string): boolean {
  if (entry === '' || entry === '*') return entry === '*';
  const { name, only } = parts(entry);
  if (only !== undefined && only !== port) return false;
  return host === name || host.endsWith(`.${name}`);
}

/** `.example.org:443`, `*.example.org`, `[::1]:80` and `::1` as a name, and the port that it is limited to. */
function parts(entry: string): { name: string; only: string | undefined } {
  const bracket = /^\[([^\]]*)\](?::(\d+))?$/.exec(entry);
  if (bracket !== null) return { name: bracket[1] ?? '', only: bracket[2] };
  const colon = entry.lastIndexOf(':');
  const hasPort = colon > 0 && entry.indexOf(':') === colon && /^\d+$/.test(entry.slice(colon + 1));
  const name = hasPort ? entry.slice(0, colon) : entry;
  return { name: name.replace(/^\*?\./, ''), only: hasPort ? entry.slice(colon + 1) : undefined };
}
