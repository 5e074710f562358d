/** The host of an address as programs take it: an IPv6 address without the brackets that it has in a URL. */
export function unbracketed(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}
