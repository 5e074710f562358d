export const REDACTED = '[redacted]';

/** Anything shaped like a bot token, also with the colon URL-encoded or after `bot` in a path. */
const TOKEN_SHAPE = /(?<!\d)\d{6,}(?:(?::|%3A)[A-Za-z0-9_-]{30,})+/gi;

/** Replaces the given secrets and anything shaped like a bot token. */
export function redact(text: string, secrets: readonly string[] = []): string {
  let out = text.replace(TOKEN_SHAPE, REDACTED);
  for (const secret of secrets) {
    if (secret.length < SECRET_MIN) continue;
    out = out.split(secret).join(REDACTED).split(encodeURIComponent(secret)).join(REDACTED);
  }
  return out;
}

/** Redacting a shorter "secret", characters, would damage ordinary words. */
const SECRET_MIN = 6;

/** How many levels of a logged value are kept; this also cuts cycles. */
const DEPTH = 6;

/** The most of one text in a log line, UTF-16 units. A longer one is the input of a program, not a message. */
const TEXT_MAX = 16_384;

/** How much after the cut is looked at, UTF-16 units: a token that begins before it is redacted whole. */
const TOKEN_MAX = 1_024;

function redactedText(text: string, secrets: readonly string[]): string {
  if (text.length <= TEXT_MAX) return redact(text, secrets);
  const start = redact(text.slice(0, TEXT_MAX + TOKEN_MAX), secrets).slice(0, TEXT_MAX);
  return `${start}… (${text.length - TEXT_MAX} more characters)`;
}

/** Copies a value with all texts redacted and long ones cut, errors turned into plain objects, and deep levels cut. */
export function redactValue(value: unknown, secrets: readonly string[], depth = 0): unknown {
  if (typeof value === 'string') return redactedText(value, secrets);
  if (typeof value === 'bigint') return value.toString();
  if (value === null || typeof value !== 'object') return typeof value === 'function' ? '[function]' : value;
  if (depth >= DEPTH) return '[deep]';
  if (value instanceof Error) {
    const { name, message, stack, cause, ...rest } = value as Error & Record<string, unknown>;
    return redactValue(
      { name, message, ...(stack ? { stack } : {}), ...rest, ...(cause === undefined ? {} : { cause }) },
      secrets,
      depth,
    );
  }
  if (Buffer.isBuffer(value)) return `[${value.length} bytes]`;
  if (Array.isArray(value)) return value.map((v) => redactValue(v, secrets, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([k, v]) => [redact(k, secrets), redactValue(v, secrets, depth + 1)]),
  );
}
