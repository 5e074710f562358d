/** `wanted`, or with the first free number appended. At most 32 characters; what tmux or a button could misread is left out. */
export function uniqueName(wanted: string, taken: ReadonlySet<string>): string {
  const base =
    [...wanted.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^-+|-+$/g, '')].slice(0, 32).join('') ||
    'session';
  if (!taken.has(base.toLowerCase())) return base;
  for (let n = 2; ; n++) {
    const name = `${base}-${n}`;
    if (!taken.has(name.toLowerCase())) return name;
  }
}
