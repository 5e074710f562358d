import { plainName, type Session } from './model';

/** How much of a name is read, UTF-16 units: what is left out of it may come first. */
const READ_MAX = 1_000;

/** `wanted`, or with the first free number appended. At most 32 characters; what tmux or a button could misread is left out. */
export function uniqueName(wanted: string, taken: ReadonlySet<string>): string {
  const base =
    [
      ...wanted
        .slice(0, READ_MAX)
        .replace(/[^\p{L}\p{N}._-]+/gu, '-')
        .replace(/^-+/, '')
        .replace(/(?<!-)-+$/, ''),
    ]
      .slice(0, 32)
      .join('') || 'session';
  if (!taken.has(base.toLowerCase())) return base;
  for (let n = 2; ; n++) {
    const name = `${base}-${n}`;
    if (!taken.has(name.toLowerCase())) return name;
  }
}

/** The name that a session gets: `wanted`, or with a number where a live session has it. `renamed`: the session that may keep its own. */
export function freeName(
  registry: { live(): readonly Pick<Session, 'id' | 'name' | 'plainName'>[] },
  wanted: string,
  renamed?: string,
): string {
  const others = registry.live().filter(({ id }) => id !== renamed);
  return uniqueName(wanted, new Set(others.map((session) => plainName(session).toLowerCase())));
}
