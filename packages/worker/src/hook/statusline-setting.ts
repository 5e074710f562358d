import { shellQuote } from '../terminal/tmux/quote';
import type { HookState, Json } from './entries';

/** How our own command is told from others, whatever path it carries, and what it passes on to. */
const OURS =
  /^\s*\S.*(?:(?:[\s/"']|^)ccbot(?:\.js)?["']?\s+statusline|worker\/dist\/statusline\.js["']?)(?:\s+('(?:[^']|'\\'')*'))?\s*$/s;

/** Whether the settings' status line is ours with this command; `foreign`: it is of a kind that ours cannot pass on to. */
export function statusLineState(settings: Json, command: string): HookState | 'foreign' {
  const line = settings['statusLine'];
  if (line === undefined) return 'missing';
  const own = commandOf(line);
  if (own === null) return 'foreign';
  if (!OURS.test(own)) return 'missing';
  return own === withArgument(command, passedOn(own)) ? 'installed' : 'outdated';
}

/**
 * Settings whose status line is ours. A person's own command becomes the argument of ours and keeps making the line;
 * all else of it (`padding` and the like) stays as it is. One that is no command is left alone.
 */
export function withStatusLine(settings: Json, command: string): Json {
  if (statusLineState(settings, command) === 'foreign') return settings;
  const line = settings['statusLine'];
  const own = commandOf(line);
  const theirs = own === null || !OURS.test(own) ? own : passedOn(own);
  const rest = typeof line === 'object' ? line : {};
  return { ...settings, statusLine: { type: 'command', ...rest, command: withArgument(command, theirs) } };
}

/** Settings with the person's own status line, or none, as it was before ours. */
export function withoutStatusLine(settings: Json): Json {
  const line = settings['statusLine'];
  const own = commandOf(line);
  if (own === null || !OURS.test(own)) return settings;
  const theirs = passedOn(own);
  if (theirs !== null) return { ...settings, statusLine: { ...(line as Json), command: theirs } };
  const { statusLine, ...rest } = settings;
  void statusLine;
  return rest;
}

function commandOf(line: unknown): string | null {
  if (typeof line !== 'object' || line === null) return null;
  const { type, command } = line as Json;
  return (type === undefined || type === 'command') && typeof command === 'string' ? command : null;
}

function withArgument(command: string, theirs: string | null): string {
  return theirs === null ? command : `${command} ${shellQuote(theirs)}`;
}

/** The command that ours passes on to; null when there is none. */
function passedOn(ours: string): string | null {
  const quoted = OURS.exec(ours)?.[1];
  return quoted === undefined ? null : quoted.slice(1, -1).replaceAll(`'\\''`, `'`);
}
