import type { Symptom } from './symptom';

/** Why Telegram cannot be used. Each is a row of the fault table, with its one advice, and has words for the chat. */
export const TROUBLES = [
  'NET_DNS',
  'NET_REFUSED',
  'NET_TIMEOUT',
  'NET_UNREACHABLE',
  'NET_BROKEN',
  'TLS_DATE',
  'TLS_AUTHORITY',
  'TLS_NAME',
  'TLS_FAILED',
  'PROXY_UNREACHABLE',
  'PROXY_AUTH',
  'PROXY_DENIED',
  'API_PATH',
  'API_FOREIGN',
  'API_RATE',
  'API_DOWN',
  'TOKEN_REFUSED',
  'POLL_HELD',
  'LOCAL_LIMIT',
  'LOCAL_FORBIDDEN',
  'LOCAL_PROGRAM',
  'NETWORK_DOWN',
] as const;
export type TroubleCode = (typeof TROUBLES)[number];

export interface Trouble {
  readonly code: TroubleCode;
  /** On one line; never empty. Not redacted. */
  readonly reason: string;
  /** Whether the request may have been carried out. `no`: it certainly was not, and can be sent again. */
  readonly arrived: 'no' | 'unknown';
  /** The trouble is with the proxy's own certificate or connection. */
  readonly isAtProxy?: boolean;
}

/** What is known about a request that got no answer. */
export interface Unanswered {
  readonly symptom: Symptom;
  /** Whether any of the request left this machine; absent: nobody watched, so the error must tell. */
  readonly isSent?: boolean;
  /** We gave up waiting. */
  readonly isTimeout?: boolean;
  /** The host of the proxy between; absent: there is none. */
  readonly proxyHost?: string;
}

/** A request that was answered, by whoever it was. */
export interface Answered {
  /** The HTTP status, or the error code of the Bot API. */
  readonly status: number;
  /** The Bot API's description. Absent: the answer does not have the Bot API's form. */
  readonly description?: string;
  /** Says what came instead, such as `text/html`. */
  readonly contentType?: string;
}

const LIMITS: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EAI_MEMORY']);

/** By error code; the first class in this order that any code names is the one that is reported. */
const CLASSES: readonly (readonly [TroubleCode, ReadonlySet<string>])[] = [
  ['PROXY_AUTH', new Set(['PROXY_AUTH'])],
  ['PROXY_DENIED', new Set(['PROXY_DENIED'])],
  ['LOCAL_LIMIT', LIMITS],
  ['TLS_DATE', new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID', 'CRL_HAS_EXPIRED', 'CRL_NOT_YET_VALID'])],
  [
    'TLS_AUTHORITY',
    new Set([
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'SELF_SIGNED_CERT_IN_CHAIN',
      'UNABLE_TO_GET_ISSUER_CERT',
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'CERT_UNTRUSTED',
      'CERT_SIGNATURE_FAILURE',
      'CERT_CHAIN_TOO_LONG',
      'INVALID_CA',
    ]),
  ],
  ['TLS_NAME', new Set(['ERR_TLS_CERT_ALTNAME_INVALID', 'HOSTNAME_MISMATCH'])],
  ['LOCAL_FORBIDDEN', new Set(['EACCES', 'EPERM'])],
  ['API_FOREIGN', new Set(['INVALID_JSON'])],
  ['NET_REFUSED', new Set(['ECONNREFUSED'])],
  [
    'NET_TIMEOUT',
    new Set([
      'ETIMEDOUT',
      'ESOCKETTIMEDOUT',
      'ERR_SOCKET_CONNECTION_TIMEOUT',
      'UND_ERR_CONNECT_TIMEOUT',
      'UND_ERR_HEADERS_TIMEOUT',
      'UND_ERR_BODY_TIMEOUT',
    ]),
  ],
  [
    'NET_UNREACHABLE',
    new Set(['ENETUNREACH', 'EHOSTUNREACH', 'ENETDOWN', 'EHOSTDOWN', 'EADDRNOTAVAIL', 'ENONET']),
  ],
  [
    'NET_DNS',
    new Set([
      'ENOTFOUND',
      'EAI_AGAIN',
      'EAI_FAIL',
      'EAI_NODATA',
      'EAI_NONAME',
      'EAI_ADDRFAMILY',
      'ENODATA',
      'ESERVFAIL',
      'EREFUSED',
    ]),
  ],
  [
    'NET_BROKEN',
    new Set([
      'ECONNRESET',
      'ECONNABORTED',
      'EPIPE',
      'ENOTCONN',
      'UND_ERR_SOCKET',
      'ERR_STREAM_PREMATURE_CLOSE',
      'ABORT_ERR',
    ]),
  ],
  ['PROXY_UNREACHABLE', new Set(['PROXY_UNREACHABLE'])],
];

/** Families of codes, for those that the lists above do not name. */
const FAMILIES: readonly (readonly [prefix: string, TroubleCode])[] = [
  ['EPROTO', 'TLS_FAILED'],
  ['ERR_SSL_', 'TLS_FAILED'],
  ['ERR_TLS_', 'TLS_FAILED'],
  ['CERT_', 'TLS_FAILED'],
  ['EAI_', 'NET_DNS'],
  // Node.js's HTTP parser: what answers does not speak HTTP.
  ['HPE_', 'API_FOREIGN'],
];

/** Troubles of the connection, which is the one to the proxy where there is one. */
const OF_CONNECTION: ReadonlySet<TroubleCode> = new Set([
  'NET_REFUSED',
  'NET_TIMEOUT',
  'NET_UNREACHABLE',
  'NET_BROKEN',
  'NETWORK_DOWN',
]);

/** Classifies a request without an answer. */
export function classifyError(failed: Unanswered): Trouble {
  const { symptom, isSent } = failed;
  const isBefore = symptom.isWhileConnecting || symptom.isOfProgram || symptom.proxyStatus !== undefined;
  const isUnsent = isSent === undefined ? isBefore : !isSent;
  const reason = failed.isTimeout === true ? timeoutReason(failed) : symptom.reason;
  const trouble: Trouble = { code: codeOf(failed, isUnsent), reason, arrived: isUnsent ? 'no' : 'unknown' };
  return symptom.codes.includes('PROXY_UNREACHABLE') ? { ...trouble, isAtProxy: true } : trouble;
}

function timeoutReason({ isSent, symptom }: Unanswered): string {
  if (isSent === false) return 'no connection in time';
  return isSent === true ? 'connected, but no answer in time' : symptom.reason;
}

function codeOf(failed: Unanswered, isUnsent: boolean): TroubleCode {
  const { symptom, proxyHost } = failed;
  if (symptom.isOfProgram) return symptom.codes.some(isLimit) ? 'LOCAL_LIMIT' : 'LOCAL_PROGRAM';
  if (symptom.proxyStatus !== undefined) return symptom.proxyStatus === 407 ? 'PROXY_AUTH' : 'PROXY_DENIED';
  const code = failed.isTimeout === true ? 'NET_TIMEOUT' : classOf(symptom.codes);
  if (proxyHost === undefined || !isUnsent) return code;
  if (code === 'NET_DNS') return symptom.lookedUp === proxyHost ? 'PROXY_UNREACHABLE' : code;
  return OF_CONNECTION.has(code) ? 'PROXY_UNREACHABLE' : code;
}

/** For a program, `EAGAIN` means that no further process is allowed. */
const isLimit = (code: string): boolean => code === 'EAGAIN' || LIMITS.has(code);

function classOf(codes: readonly string[]): TroubleCode {
  for (const [trouble, names] of CLASSES) if (codes.some((code) => names.has(code))) return trouble;
  for (const [prefix, trouble] of FAMILIES) {
    if (codes.some((code) => code.startsWith(prefix))) return trouble;
  }
  return 'NETWORK_DOWN';
}

/** Classifies an answer; null: Telegram answered this very request, for better or worse. */
export function classifyAnswer(answer: Answered): Trouble | null {
  const { status, description } = answer;
  const reason = reasonOf(answer);
  const trouble = (code: TroubleCode, arrived: Trouble['arrived']): Trouble => ({ code, reason, arrived });
  if (status === 407) return trouble('PROXY_AUTH', 'no');
  if (status === 429) return trouble('API_RATE', 'no');
  // The server itself says that the request was misdirected.
  if (status === 421) return trouble('API_DOWN', 'no');
  if (status >= 500) return trouble('API_DOWN', 'unknown');
  // Too large for a proxy before the server is too large.
  if (status === 413) return null;
  if (status === 404 && !isMethodMissing(description)) return trouble('API_PATH', 'no');
  if (description === undefined) return trouble('API_FOREIGN', 'unknown');
  return status === 401 ? trouble('TOKEN_REFUSED', 'no') : null;
}

/** Of a server that knows the bot and not the method. */
export function isMethodMissing(description: string | undefined): boolean {
  return description?.toLowerCase().includes('method not found') ?? false;
}

function reasonOf({ status, description, contentType }: Answered): string {
  if (description !== undefined && description !== '') return `${status} ${description}`;
  const kind = contentType === undefined || contentType === '' ? '' : `, ${contentType}`;
  return `HTTP ${status}${kind}`;
}
