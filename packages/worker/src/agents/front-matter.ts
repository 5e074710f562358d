/** The head of a command's or skill's Markdown file. */
export interface FrontMatter {
  /** The description on one line, or else the first line of the text. May be empty. */
  about: string;
  /** Whether the user may call it. */
  callable: boolean;
}

/**
 * Reads the first bytes of such a file. Understands two forms of YAML: `key: value`, quoted or not, and an indented
 * block after `>` or `|`. Skips everything else.
 */
export function readFrontMatter(head: string): FrontMatter {
  const lines = head.replace(/^\uFEFF/, '').split(/\r?\n/);
  const fields = new Map<string, string>();
  let body = 0;
  if (lines[0]?.trim() === '---') {
    const end = lines.findIndex((line, i) => i > 0 && line.trim() === '---');
    readFields(lines.slice(1, end === -1 ? undefined : end), fields);
    body = end === -1 ? lines.length : end + 1;
  }
  const first = lines.slice(body).find((line) => line.trim() !== '') ?? '';
  const about = fields.get('description') ?? first.replace(/^#+\s*/, '');
  return { about: about.replace(/\s+/g, ' ').trim(), callable: fields.get('user-invocable') !== 'false' };
}

function readFields(lines: readonly string[], into: Map<string, string>): void {
  for (const [i, line] of lines.entries()) {
    const [, key, raw = ''] = /^([A-Za-z][\w-]*):(?=\s|$)(.*)$/s.exec(line) ?? [];
    if (key === undefined) continue;
    const value = /^[>|][-+]?$/.test(raw.trim()) || raw.trim() === '' ? indented(lines, i + 1) : raw.trim();
    if (value !== '') into.set(key.toLowerCase(), unquoted(value));
  }
}

function indented(lines: readonly string[], from: number): string {
  const rest = lines.slice(from);
  const end = rest.findIndex((line) => /^\S/.test(line));
  return rest
    .slice(0, end === -1 ? undefined : end)
    .join(' ')
    .trim();
}

function unquoted(value: string): string {
  const [, , inside] = /^(["'])(.*)\1$/.exec(value) ?? [];
  return inside ?? value;
}
