import { reasonOf } from '../faults/fault';

/** `PROXY_UNREACHABLE`: there is no connection to the proxy. `PROXY_DENIED`, `PROXY_AUTH`: it does not connect us further. */
export type ProxyFailureCode = 'PROXY_UNREACHABLE' | 'PROXY_DENIED' | 'PROXY_AUTH';

/** A connection that failed at the proxy, before anything of the request was sent. */
export class ProxyFailure extends Error {
  constructor(
    readonly code: ProxyFailureCode,
    message: string,
    cause?: unknown,
    /** How it answered a request for a tunnel. */
    readonly proxyStatus?: number,
  ) {
    super(message, { cause });
    this.name = 'ProxyFailure';
  }
}

/** Classifies what a proxy agent threw while it connected. */
export function proxyFailure(error: unknown): ProxyFailure {
  if (error instanceof ProxyFailure) return error;
  const text = reasonOf(error);
  return new ProxyFailure(socksCode(text), text, error);
}

/** The library for SOCKS says in words alone why a proxy did not connect us. */
function socksCode(text: string): ProxyFailureCode {
  const said = text.toLowerCase();
  if (said.includes('authentication')) return 'PROXY_AUTH';
  return said.includes('rejected connection') ? 'PROXY_DENIED' : 'PROXY_UNREACHABLE';
}
