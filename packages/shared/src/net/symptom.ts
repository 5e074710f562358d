import { oneLine } from '../one-line';

/** What a thrown error says, free of any library's classes. */
export interface Symptom {
  /** Error codes, the outermost first, each once. Never empty texts. */
  readonly codes: readonly string[];
  /** Why, on one line; never empty. The reasons of several attempts, such as one for each address, are joined. */
  readonly reason: string;
  /** True: every attempt failed while it connected, so nothing of the request was sent. */
  readonly isWhileConnecting: boolean;
  /** A program could not be started. */
  readonly isOfProgram: boolean;
  /** The host whose name could not be resolved, if that is known. */
  readonly lookedUp?: string;
  /** How the proxy answered a request for a tunnel, if that is known. */
  readonly proxyStatus?: number;
}

/** An error as objects of any realm and library show it. */
interface Shape {
  name?: unknown;
  message?: unknown;
  code?: unknown;
  syscall?: unknown;
  hostname?: unknown;
  proxyStatus?: unknown;
  errors?: unknown;
  cause?: unknown;
}

/** Deeper chains and further attempts are not read: an error can be its own cause. */
const DEPTH_MAX = 8;
const ATTEMPTS_MAX = 16;

/** The longest reason, UTF-16 units: a message may hold a whole answer. */
const REASON_MAX = 500;

/** What a wrapper says about every failure, and so says nothing about this one. */
const EMPTY_TALK = new Set(['', 'fetch failed', 'terminated', 'undefined', 'null']);

/** Reads any thrown value. Never throws, whatever it is given. */
export function symptomOf(error: unknown): Symptom {
  const shapes: Shape[] = [];
  const leaves: Shape[] = [];
  collect(error, shapes, leaves, new Set(), 0);
  const codes = [...new Set(shapes.flatMap(codesOf))];
  const lookedUp = leaves.find(({ syscall }) => syscall === 'getaddrinfo')?.hostname;
  const proxyStatus = shapes.map(proxyStatusOf).find((status) => status !== undefined);
  return {
    codes,
    reason: reasonOf(shapes, leaves, codes) || oneLine(textOf(error), REASON_MAX) || 'no reason given',
    isOfProgram: leaves.some(({ syscall }) => typeof syscall === 'string' && syscall.startsWith('spawn')),
    isWhileConnecting: leaves.length > 0 && leaves.every(isWhileConnecting),
    ...(typeof lookedUp === 'string' ? { lookedUp } : {}),
    ...(proxyStatus === undefined ? {} : { proxyStatus }),
  };
}

/** Walks to the errors behind an error: its cause, or its attempts. Those without either are the leaves. */
function collect(value: unknown, shapes: Shape[], leaves: Shape[], seen: Set<object>, depth: number): void {
  if (typeof value !== 'object' || value === null || seen.has(value)) return;
  if (depth > DEPTH_MAX || shapes.length > ATTEMPTS_MAX) return;
  seen.add(value);
  const shape: Shape = value;
  shapes.push(shape);
  const behind = Array.isArray(shape.errors) && shape.errors.length > 0 ? shape.errors : [shape.cause];
  const before = shapes.length;
  for (const next of behind as unknown[]) collect(next, shapes, leaves, seen, depth + 1);
  if (shapes.length === before) leaves.push(shape);
}

function codesOf({ code, name }: Shape): string[] {
  return [
    ...(typeof code === 'string' && code !== '' ? [code] : []),
    // `AbortSignal.timeout` and some clients name the class only.
    ...(name === 'TimeoutError' ? ['ETIMEDOUT'] : []),
    // The body of an answer was not JSON.
    ...(name === 'SyntaxError' ? ['INVALID_JSON'] : []),
  ];
}

/** Of undici, which says it only in words. */
const TUNNEL_REFUSED = /Proxy response \((\d{3})\)/;

function proxyStatusOf({ proxyStatus, message }: Shape): number | undefined {
  if (typeof proxyStatus === 'number') return proxyStatus;
  if (typeof message !== 'string') return undefined;
  const status = TUNNEL_REFUSED.exec(message.slice(0, REASON_MAX))?.[1];
  return status === undefined ? undefined : Number(status);
}

/** Codes that certificates get: they are checked before the first byte of a request. */
const CERTIFICATE = /^(CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CRL_|ERR_TLS_CERT_)/;

/** What Node.js says when a connection ends within the TLS handshake. */
const BEFORE_TLS = 'before secure TLS connection was established';

function isWhileConnecting({ syscall, code, message }: Shape): boolean {
  if (syscall === 'connect' || syscall === 'getaddrinfo') return true;
  if (typeof code === 'string') {
    if (CERTIFICATE.test(code) || WHILE_CONNECTING.has(code)) return true;
    // node-fetch keeps the code of an error and not its system call; its words are in the message.
    if (code === 'ETIMEDOUT' && textOf(message).includes('connect ETIMEDOUT')) return true;
  }
  return textOf(message).includes(BEFORE_TLS);
}

const WHILE_CONNECTING: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'ENETDOWN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'EADDRNOTAVAIL',
  'EMFILE',
  'ENFILE',
  'ERR_SOCKET_CONNECTION_TIMEOUT',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'UND_ERR_CONNECT_TIMEOUT',
  'PROXY_UNREACHABLE',
  'PROXY_DENIED',
]);

function reasonOf(shapes: readonly Shape[], leaves: readonly Shape[], codes: readonly string[]): string {
  const said = leaves.map((leaf) => saidBy(leaf)).filter((text) => text !== '');
  const outer = shapes.map((shape) => saidBy(shape)).filter((text) => text !== '');
  const texts = [...new Set(said.length > 0 ? said : outer)];
  return oneLine(texts.length > 0 ? texts.join('; ') : codes.join(', '), REASON_MAX);
}

/** What one error says, with its code; empty if it says nothing. */
function saidBy({ message, code }: Shape): string {
  const whole = oneLine(textOf(message), REASON_MAX);
  const text = withoutAddress(withoutSource(whole));
  const name = typeof code === 'string' ? code : '';
  if (EMPTY_TALK.has(text)) return name;
  return name === '' || name.startsWith('PROXY_') || text.includes(name) ? text : `${name}: ${text}`;
}

/** OpenSSL: "…:SSL routines:<function or nothing>:<the reason>:<file>:<line>:". */
function withoutSource(text: string): string {
  const mark = ':SSL routines:';
  const at = text.indexOf(mark);
  return at < 0 ? text : (text.slice(at + mark.length).split(':')[1] ?? text);
}

/** node-fetch: "request to <address> failed, reason: <the reason, or nothing>", "Invalid … fetch <address>: <the reason>". */
function withoutAddress(text: string): string {
  const mark = ' failed, reason:';
  const at = text.indexOf(mark);
  if (at >= 0) return text.slice(at + mark.length).trim();
  return text.startsWith('Invalid response body while') ? text.slice(text.lastIndexOf(': ') + 2) : text;
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? '' : String(value);
}
