/** Where a remote is, however its address is written: `git@host:a/b.git` and `https://host/a/b` are the same. */
export function normalRemote(address: string): string {
  const text = address.trim();
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(text) ?? [];
  if (scheme !== '') return scheme.toLowerCase() === 'file' ? inFiles(rest) : atHost(rest);
  const [, host = '', path = ''] = /^([^/:]+):(.*)$/s.exec(text) ?? [];
  return host === '' ? inFiles(text) : atHost(`${host}/${path}`);
}

/** Ports that an address need not name. */
const USUAL_PORTS = new Set(['22', '80', '443', '9418']);

function atHost(rest: string): string {
  const [authority = '', ...path] = rest.split('/');
  const [, host = '', port] = /^(?:.*@)?(.*?)(?::(\d*))?$/s.exec(authority) ?? [];
  const place = port === undefined || port === '' || USUAL_PORTS.has(port) ? host : `${host}:${port}`;
  return `${place.toLowerCase()}/${trimmed(path.join('/'))}`;
}

/** A directory means another one on another machine, unless both see the same file system. */
const inFiles = (path: string): string => `file:/${trimmed(path)}`;

const trimmed = (path: string): string =>
  path
    .split('/')
    .filter((part) => part !== '')
    .join('/')
    .replace(/\.git$/, '');

/** The address without a password, to show it. */
export function shownRemote(address: string): string {
  return address.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/]*@/i, (whole, scheme: string) =>
    /^(?:git\+)?ssh:/i.test(scheme) && !/:[^/]*@/.test(whole.slice(scheme.length)) ? whole : scheme,
  );
}
