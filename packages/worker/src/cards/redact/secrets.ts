/** A piece of a text that is shaped like a credential; `show`: how many of its first characters may be seen. */
export interface Secret {
  from: number;
  to: number;
  show: number;
}

/** One kind of credential. */
interface Kind {
  /** A text that every such credential contains: searching for it is many times faster than a pattern. */
  hint: string;
  /** Matches the secret; a group named `show` at its start may be seen. */
  pattern: RegExp;
}

/** Not in the middle of a longer word. */
const START = '(?<![A-Za-z0-9_-])';
const kind = (hint: string, show: string, rest: string): Kind => ({
  hint,
  pattern: new RegExp(`${START}(?<show>${show})${rest}`, 'g'),
});

/** The formats that providers document for their keys. */
const KINDS: readonly Kind[] = [
  // Telegram: a bot token.
  kind(':', '\\d{6,12}:', '[A-Za-z0-9_-]{30,}'),
  // Anthropic, OpenAI, and others that copied the prefix.
  kind('sk-ant-', 'sk-ant-', '[A-Za-z0-9_-]{20,}'),
  kind('sk-', 'sk-(?:proj-|svcacct-|admin-|or-v1-)?', '(?=[A-Za-z_-]*\\d)[A-Za-z0-9_-]{20,}'),
  // AWS: the id of a key, and the secret, which only the name before it gives away.
  kind('A', '(?:AKIA|ASIA|ABIA|ACCA)', '[A-Z0-9]{16}(?![A-Za-z0-9])'),
  {
    hint: 'ecret',
    pattern:
      /(?<show>(?:aws_?)?secret_?(?:access_?)?key["']?\s*[=:]\s*["']?)[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+])/gi,
  },
  // GitHub, GitLab.
  kind('gh', 'gh[pousr]_', '[A-Za-z0-9]{30,}'),
  kind('github_pat_', 'github_pat_', '[A-Za-z0-9_]{22,}'),
  kind('gl', 'gl(?:pat|dt|rt|ptt|oas)-', '[A-Za-z0-9_-]{20,}'),
  // Google: an API key, a client secret, an access token.
  kind('AIza', 'AIza', '[A-Za-z0-9_-]{35}'),
  kind('GOCSPX-', 'GOCSPX-', '[A-Za-z0-9_-]{20,}'),
  kind('ya29.', 'ya29\\.', '[A-Za-z0-9_-]{20,}'),
  // Slack: tokens, and webhooks.
  kind('xox', 'xox[abeoprs]-', '[A-Za-z0-9-]{10,}'),
  kind('xapp-', 'xapp-', '[A-Za-z0-9-]{10,}'),
  kind('hooks.slack.com', 'hooks\\.slack\\.com/(?:services|workflows)/', '[A-Za-z0-9/_-]{20,}'),
  // Stripe.
  kind('_', '(?:sk|rk)_(?:live|test)_', '[A-Za-z0-9]{16,}'),
  kind('whsec_', 'whsec_', '[A-Za-z0-9+/=]{20,}'),
  // npm, PyPI, Hugging Face, SendGrid, DigitalOcean, Twilio.
  kind('npm_', 'npm_', '[A-Za-z0-9]{36}'),
  kind('pypi-', 'pypi-', '[A-Za-z0-9_-]{50,}'),
  kind('hf_', 'hf_', '[A-Za-z0-9]{30,}'),
  kind('SG.', 'SG\\.', '[A-Za-z0-9_-]{16,}\\.[A-Za-z0-9_-]{16,}'),
  kind('do', 'do[opr]_v1_', '[a-f0-9]{64}'),
  kind('SK', 'SK', '[0-9a-f]{32}(?![A-Za-z0-9])'),
  // A JSON Web Token: its header and its payload are JSON objects.
  kind('eyJ', 'eyJ', '[A-Za-z0-9_-]{8,}\\.eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{10,}'),
  // A password in a URL. The scheme is looked at last: searching for it would try every word of the text.
  {
    hint: '://',
    pattern: /(?<show>:\/\/(?<=[a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/:@]{1,64}:)[^\s/@]{4,128}(?=@[\w.[-])/gi,
  },
];

/** The lines around a private key. A key is found by searching for them: a pattern for all of it would be quadratic. */
const KEY_START = /-----BEGIN (?:[A-Z0-9]{1,40} ){0,3}PRIVATE KEY(?: BLOCK)?-----/g;
const KEY_END = /-----END (?:[A-Z0-9]{1,40} ){0,3}PRIVATE KEY/g;
const ANY_END = '-----END ';

/** A line of a key, and what is sometimes between the lines of a key that started in another message. */
const KEY_LINE = /^[A-Za-z0-9+/=]{16,}[ \t]*$/;
const LOOSE_LINE = /^[A-Za-z0-9+/=:, -]{1,80}$/;

export interface Findings {
  /** In order, without overlaps. */
  secrets: readonly Secret[];
  /** A private key starts in this text and does not end in it. */
  open: boolean;
}

/**
 * Finds what is shaped like a credential, and the secrets in `known`. `inside`: a private key started in the text before this
 * one.
 */
export function findSecrets(text: string, known: readonly string[] = [], inside = false): Findings {
  const found: Secret[] = [];
  let open = false;
  if (inside) {
    const end = text.indexOf(ANY_END);
    const to = end >= 0 ? end : endOfLooseLines(text);
    if (to > 0) found.push({ from: 0, to, show: 0 });
    open = end < 0 && to >= text.length;
  }
  if (text.includes('PRIVATE KEY')) {
    for (const key of keysIn(text)) {
      found.push(key);
      open = key.to === text.length;
    }
  }
  addShaped(found, text, known);
  if (found.length > FOUND_MAX) return { secrets: [{ from: 0, to: text.length, show: 0 }], open };
  return { secrets: withoutOverlaps(found), open };
}

/** A text with more secrets is masked as a whole: there is nothing else in it to read. */
const FOUND_MAX = 2_000;

/** Adds the ends of private keys, known secrets, and what has the shape of one, until there are too many. They may overlap. */
function addShaped(found: Secret[], text: string, known: readonly string[]): void {
  if (text.includes('PRIVATE KEY')) addAll(found, keyEndsIn(text));
  if (known.length > 0) addAll(found, knownIn(text, known));
  for (const { hint, pattern } of KINDS) if (text.includes(hint)) addAll(found, matchesIn(text, pattern));
}

function addAll(found: Secret[], secrets: Iterable<Secret>): void {
  for (const secret of secrets) {
    if (found.length > FOUND_MAX) return;
    if (secret.to > secret.from + secret.show) found.push(secret);
  }
}

function* matchesIn(text: string, pattern: RegExp): Generator<Secret> {
  // `matchAll` would copy the pattern for every line of every agent.
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const show = match.groups?.['show']?.length ?? 0;
    yield { from: match.index, to: match.index + match[0].length, show };
  }
}

/** A shorter known secret would mask ordinary words, UTF-16 units. */
const KNOWN_MIN = 6;

/** Where known secrets are in a text. */
export function* knownIn(text: string, known: readonly string[]): Generator<Secret> {
  for (const secret of known) {
    if (secret.length < KNOWN_MIN) continue;
    for (let at = text.indexOf(secret); at >= 0; at = text.indexOf(secret, at + secret.length))
      yield { from: at, to: at + secret.length, show: 0 };
  }
}

/** Private keys, each from its first line to its last, or to the end of the text. */
function* keysIn(text: string): Generator<Secret> {
  let behind = 0;
  for (const { index, 0: line } of text.matchAll(KEY_START)) {
    if (index < behind) continue;
    const end = text.indexOf(ANY_END, index + line.length);
    behind = end < 0 ? text.length : end;
    yield { from: index, to: behind, show: line.length };
  }
}

/** The lines before the last line of a private key, for a key that started in another message. */
function* keyEndsIn(text: string): Generator<Secret> {
  for (const { index } of text.matchAll(KEY_END)) {
    let from = index;
    while (from > 0 && text.charAt(from - 1) === '\n') {
      const start = from < 2 ? 0 : text.lastIndexOf('\n', from - 2) + 1;
      if (!KEY_LINE.test(text.slice(start, from - 1))) break;
      from = start;
    }
    if (from < index) yield { from, to: index, show: 0 };
  }
}

/** With more of them, UTF-16 units, the rest of the text is taken for part of the key. */
const LOOSE_MAX = 65_536;

/** The end of the lines at the start of `text` that may belong to a key. */
function endOfLooseLines(text: string): number {
  let start = text.length - text.trimStart().length;
  let end = 0;
  while (start < text.length) {
    const lineEnd = text.indexOf('\n', start);
    const line = text.slice(start, lineEnd < 0 ? text.length : lineEnd);
    if (!LOOSE_LINE.test(line.trimEnd())) break;
    if (start > LOOSE_MAX) return text.length;
    start = lineEnd < 0 ? text.length : lineEnd + 1;
    end = start;
  }
  return end;
}

/** Sorts the secrets, and joins those that overlap. */
export function withoutOverlaps(found: Secret[]): Secret[] {
  const out: Secret[] = [];
  for (const secret of found.sort((a, b) => a.from - b.from || b.to - a.to)) {
    const last = out.at(-1);
    if (last === undefined || secret.from >= last.to) out.push({ ...secret });
    else last.to = Math.max(last.to, secret.to);
  }
  return out;
}

/** Shown in place of a secret. Its length says nothing about the secret. */
export const MASK = '••••••';

export function maskText(text: string, known: readonly string[] = []): string {
  return masked(text, findSecrets(text, known).secrets);
}

/** The start of a credential at the end of a text that is still being written. */
const PARTIAL = new RegExp(
  `${START}(sk-|gh[pousr]_|github_pat_|gl[a-z]{2,3}-|AIza|AKIA|ASIA|GOCSPX-|ya29\\.|xox[a-z]-|xapp-|[sr]k_(?:live|test)_|whsec_|npm_|pypi-|hf_|SG\\.|do[opr]_v1_|eyJ|\\d{6,12}:)[\\w.-]+$`,
);

/** The longest start of a credential that is looked for, UTF-16 units. A longer one is a whole credential already. */
const PARTIAL_MAX = 400;

/** As {@link maskText}, for a text that grows: what may become a credential is masked from its first letters on. */
export function maskGrowing(text: string, known: readonly string[] = []): string {
  const masked = maskText(text, known);
  const settled = masked.length - PARTIAL_MAX;
  if (settled <= 0) return masked.replace(PARTIAL, `$1${MASK}`);
  return masked.slice(0, settled) + masked.slice(settled).replace(PARTIAL, `$1${MASK}`);
}

/** The text with these secrets masked, never longer than before. */
export function masked(text: string, secrets: readonly Secret[]): string {
  let out = '';
  let at = 0;
  for (const { from, to, show } of secrets) {
    const hidden = text.slice(from + show, to);
    out += text.slice(at, from + show) + maskOf(hidden);
    at = to;
  }
  return out + text.slice(at);
}

/** The mask for one secret, never longer than the secret. */
export function maskOf(hidden: string): string {
  const whole = hidden.includes('\n') ? `\n${MASK}\n` : MASK;
  return hidden.length >= whole.length ? whole : MASK.slice(0, hidden.length);
}
