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

/** Copies a value with all texts redacted, errors turned into plain objects, and deep levels cut. */
export function redactValue(value: unknown, secrets: readonly string[], depth = 0): unknown {
  if (typeof value === 'string') return redact(value, secrets);
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
