import { isAbsolute, join, resolve } from 'node:path';

/** The absolute path that a setting names, `~/` included. Null for a relative one: it would be another place in every working directory. */
export function absolutePath(path: string, home: string): string | null {
  const trimmed = path.trim();
  if (trimmed !== '~' && !trimmed.startsWith('~/')) return isAbsolute(trimmed) ? resolve(trimmed) : null;
  return isAbsolute(home) ? join(home, trimmed.slice(1)) : null;
}

/** A path from a setting, with the home for a `~/` at its start. Every other path stays as it is. */
export function inHome(path: string, home: string): string {
  return path.startsWith('~/') ? home + path.slice(1) : path;
}

/**
 * The `CCBOT_DIR` of a program that runs beside an agent, such as `ccbot hook`. Null if it is a relative path, also because `HOME` is one. This file
 * stays separate and small because the agent waits for that program.
 */
export function ccbotDirectory(
  env: Readonly<Record<string, string | undefined>>,
  home: string,
): string | null {
  const named = env['CCBOT_DIR'] ?? '';
  return absolutePath(named.trim() === '' ? '~/.ccbot' : named, home);
}
