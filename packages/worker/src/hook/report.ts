import { statSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { readForeignSync } from '@ccbot/shared/files/foreign-file-sync';
import { hookStatus, oursOf, type HookEvents, type HookState } from './entries';
import { parseObject, type JsonObject } from './json';

/** The state of ccbot's hooks in an agent's settings. */
export interface HookReport {
  /** The worst state of all events: `missing` is worse than `outdated`. */
  state: HookState;
  events: Readonly<Record<string, HookState>>;
  /** The version of the ccbot whose hook would run. Null when there is none, or its program is gone. */
  version: string | null;
}

/**
 * Compares the installed hooks with the wanted ones. `versionOf` returns the version of the ccbot that a bundle belongs
 * to, or null when the bundle is gone.
 */
export function hookReport(
  settings: JsonObject,
  command: string,
  wanted: HookEvents,
  versionOf: (bundle: string) => string | null = versionBeside,
): HookReport {
  const events = hookStatus(settings, command, wanted);
  const states = Object.values(events);
  const state = (['missing', 'outdated'] as const).find((s) => states.includes(s)) ?? 'installed';
  const [installed] = Object.keys(wanted).flatMap((event) => oursOf(settings, event));
  const bundle = bundleOf(installed?.['command']);
  return { state, events, version: bundle === null ? null : versionOf(bundle) };
}

/** A longer command line, UTF-16 units, is none of ours. */
const COMMAND_MAX = 10_000;

/** The bundle in a command line of ours, without shell quotes. Null when there is none. */
function bundleOf(command: unknown): string | null {
  if (typeof command !== 'string') return null;
  if (command.length > COMMAND_MAX) return null;
  const words = command
    .trim()
    .replace(/\s[\w-]+$/, '')
    .trim(); // without the agent's name
  const quoted = /'((?:[^']|'\\'')*)'$/.exec(words)?.[1]?.replaceAll("'\\''", "'");
  const path = quoted ?? words.split(/\s+/).at(-1) ?? '';
  return path.endsWith('hook.js') ? path : null;
}

/**
 * The files that ccbot's own commands in the settings name and that are not there: its directory, its clone or its
 * installation was removed. Agents run these commands all the same, and refuse a prompt whose hook fails.
 */
export function goneFiles(settings: JsonObject, events: HookEvents, statusLine: string | null): string[] {
  const hooks = Object.keys(events).flatMap((event) => oursOf(settings, event));
  const commands = [...hooks.map(({ command }) => command), statusLine];
  const paths = commands.flatMap((command) =>
    typeof command === 'string' && command.length <= COMMAND_MAX ? filesIn(command) : [],
  );
  return [...new Set(paths)].filter((path) => statSync(path, { throwIfNoEntry: false }) === undefined);
}

/** The absolute paths among the first two words: the launcher, and the bundle or `ccbot`. */
function filesIn(command: string): string[] {
  const words = [...command.matchAll(/'(?:[^']|'\\'')*'|[^\s']+/g)].slice(0, 2);
  return words
    .map(([word]) => (word.startsWith("'") ? word.slice(1, -1).replaceAll("'\\''", "'") : word))
    .filter((path) => isAbsolute(path));
}

/** The version in the `package.json` beside the `dist` directory of a bundle. Null when it cannot be read. */
function versionBeside(bundle: string): string | null {
  try {
    if (!statSync(bundle).isFile()) return null;
    const text = readForeignSync(join(dirname(bundle), '..', 'package.json'), 'packageJson');
    const version = parseObject(text)?.['version'];
    return typeof version === 'string' ? version : null;
  } catch {
    return null; // gone, or no package of ours
  }
}
