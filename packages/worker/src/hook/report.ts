import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hookStatus, oursOf, type HookEvents, type HookState, type Json } from './entries';

/** What an agent's settings say of ccbot's hooks. */
export interface HookReport {
  /** The worst of the events: one that is missing counts more than one that is outdated. */
  state: HookState;
  events: Readonly<Record<string, HookState>>;
  /** The version of the ccbot whose hook would run; null when there is none, or its program is gone. */
  version: string | null;
}

/**
 * What is installed beside what ought to be: for `--status`, and for whoever looks for a hook of another version.
 * `versionOf` tells the version of the ccbot that a bundle belongs to, or null when it is gone.
 */
export function hookReport(
  settings: Json,
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

/** The bundle that a command line of ours runs, with the shell's quoting taken off; null for one that names none. */
function bundleOf(command: unknown): string | null {
  if (typeof command !== 'string') return null;
  const words = command.replace(/\s+[\w-]+\s*$/, '').trim(); // without the agent's name
  const quoted = /'((?:[^']|'\\'')*)'$/.exec(words)?.[1]?.replaceAll("'\\''", "'");
  const path = quoted ?? words.split(/\s+/).at(-1) ?? '';
  return path.endsWith('hook.js') ? path : null;
}

/** The version in the `package.json` of the package whose `dist` a bundle lies in; null when it cannot be read. */
function versionBeside(bundle: string): string | null {
  try {
    if (!statSync(bundle).isFile()) return null;
    const text = readFileSync(join(dirname(bundle), '..', 'package.json'), 'utf8');
    const { version } = JSON.parse(text) as { version?: unknown };
    return typeof version === 'string' ? version : null;
  } catch {
    return null; // gone, or no package of ours: the state says the rest
  }
}
