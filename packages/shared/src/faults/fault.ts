import type { ExitCode } from '../protocol/exit-codes';
import { oneLine } from '../one-line';
import { FAULTS, type FaultCode, type FaultParams } from './table';

/** A fault as data, ready for stderr, the log or the chat. */
export interface Fault {
  code: FaultCode;
  what: string;
  todo: string;
  exit: ExitCode;
}

export function fault<C extends FaultCode>(code: C, params: FaultParams<C>): Fault {
  const row = FAULTS[code];
  const values = params as Record<string, string | number>;
  const fill = (text: string): string =>
    text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
  return { code, what: fill(row.what), todo: fill(row.todo), exit: row.exit };
}

/** Renders a fault as two lines for a terminal. */
export function faultText(f: Fault): string {
  return `${f.what}\n${f.todo} [${f.code}]`;
}

/** Marks a fault for every bundle of a program: each has this class of its own. */
const MARK = Symbol.for('ccbot.FaultError');

export class FaultError extends Error {
  readonly [MARK] = true;

  constructor(readonly fault: Fault) {
    super(faultText(fault));
    this.name = 'FaultError';
  }

  /** Also true for a fault that was thrown in another bundle, such as the client of the cluster. */
  static override [Symbol.hasInstance](value: unknown): value is FaultError {
    return typeof value === 'object' && value !== null && MARK in value;
  }
}

/** The most of a reason that is shown, UTF-16 units: the message of an error may hold a whole answer. */
const REASON_MAX = 4_000;

/** The message of any thrown value, on one line. */
export function reasonOf(error: unknown): string {
  // Checked by shape, not by class: an error may come from another realm.
  const { message, code } = (error ?? {}) as { message?: unknown; code?: unknown };
  if (typeof message !== 'string') return oneLine(String(error), REASON_MAX);
  const text = typeof code === 'string' && !message.includes(code) ? `${code}: ${message}` : message;
  return oneLine(text, REASON_MAX);
}
