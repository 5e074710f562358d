import { shellQuote } from '@ccbot/shared/cli/shell-quote';
import type { HookState } from './entries';
import { objectOf, type JsonObject } from './json';

/** Recognizes our own command, whatever its path. The group is the user's command, which ours runs. */
const OURS =
  /^\s*\S.*(?:(?:[\s/"']|^)ccbot(?:\.js)?["']?\s+statusline|worker\/dist\/statusline\.js["']?)(?:\s+('(?:[^']|'\\'')*'))?\s*$/s;

/** The state of the status line. `foreign`: a kind that is no command, so ours cannot run it. */
export function statusLineState(settings: JsonObject, command: string): HookState | 'foreign' {
  const line = settings['statusLine'];
  if (line === undefined) return 'missing';
  const current = commandOf(line);
  if (current === null) return 'foreign';
  if (!OURS.test(current)) return 'missing';
  return current === withArgument(command, userCommand(current)) ? 'installed' : 'outdated';
}

/** The command of our status line, as it stands in the settings. Null when the status line is not ours. */
export function ownStatusLine(settings: JsonObject): string | null {
  const current = commandOf(settings['statusLine']);
  return current !== null && OURS.test(current) ? current : null;
}

/**
 * Settings with our status line. The user's own command becomes an argument of ours and still prints the line. Other
 * fields, such as `padding`, stay. A status line that is no command is left alone.
 */
export function withStatusLine(settings: JsonObject, command: string): JsonObject {
  if (statusLineState(settings, command) === 'foreign') return settings;
  const line = settings['statusLine'];
  const current = commandOf(line);
  const users = current === null || !OURS.test(current) ? current : userCommand(current);
  const rest = typeof line === 'object' ? line : {};
  return { ...settings, statusLine: { type: 'command', ...rest, command: withArgument(command, users) } };
}

/** Settings with the user's own status line, or none, as before ours. */
export function withoutStatusLine(settings: JsonObject): JsonObject {
  const line = settings['statusLine'];
  const current = commandOf(line);
  if (current === null || !OURS.test(current)) return settings;
  const users = userCommand(current);
  if (users !== null) return { ...settings, statusLine: { ...objectOf(line), command: users } };
  const { statusLine: _ours, ...rest } = settings;
  return rest;
}

/** A longer command, UTF-16 units, is left alone, as one of another kind. */
const COMMAND_MAX = 10_000;

function commandOf(line: unknown): string | null {
  const { type, command } = objectOf(line);
  if (typeof command !== 'string' || command.length > COMMAND_MAX) return null;
  return type === undefined || type === 'command' ? command : null;
}

function withArgument(command: string, argument: string | null): string {
  return argument === null ? command : `${command} ${shellQuote(argument)}`;
}

/** The user's command, which ours runs. Null when there is none. */
function userCommand(ours: string): string | null {
  const quoted = OURS.exec(ours)?.[1];
  return quoted === undefined ? null : quoted.slice(1, -1).replaceAll(`'\\''`, `'`);
}
