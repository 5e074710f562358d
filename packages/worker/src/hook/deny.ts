import { rmSync } from 'node:fs';
import { fault, FaultError } from '@ccbot/shared/faults/fault';
import { misshapenRules, missingRules } from '../agents/deny-rules';
import type { AgentKind, DenySetup } from '../agents/kind';
import type { JsonObject } from './json';
import { replaceSettings, settingsText } from './settings-file';

/** Where ccbot, its user and the agents' settings are. */
export interface DenyPlace {
  /** The `CCBOT_DIR`, absolute. */
  dir: string;
  home: string;
  env: Readonly<Record<string, string | undefined>>;
}

/** The state of the deny rules. `unsupported`: the agent has no such rules. */
export type DenyState = 'installed' | 'missing' | 'unsupported';

/** The first line of a file that is all ccbot's. */
const HEADER = '# Written by `ccbot hook --install --deny-rules`; `ccbot hook --uninstall` removes it.';

/** The rules of ccbot that are missing. `settings` is the file with the hooks. */
export function missingDenyRules(
  setup: DenySetup,
  settings: JsonObject,
  place: DenyPlace,
): readonly string[] {
  const rules = setup.rules(place.dir, place.home);
  if ('list' in setup.place) return missingRules(settings, setup.place.list, rules);
  const lines = settingsText(setup.place.file(place.home, place.env))?.split('\n') ?? [];
  return rules.filter((rule) => !lines.includes(rule));
}

export function denyState(deny: AgentKind['deny'], settings: JsonObject, place: DenyPlace): DenyState {
  if (deny === null) return 'unsupported';
  return missingDenyRules(deny, settings, place).length === 0 ? 'installed' : 'missing';
}

/** Says why the rules cannot be added to the settings. Null when they can. */
export function misshapenDeny(deny: AgentKind['deny'], settings: JsonObject): string | null {
  return deny !== null && 'list' in deny.place ? misshapenRules(settings, deny.place.list) : null;
}

/**
 * Writes the file that is all ccbot's. False: it had these rules already, or the rules are in a list. `onWrite` runs
 * before the file changes.
 */
export function writeOwnFile(
  { place: where, rules }: DenySetup,
  place: DenyPlace,
  onWrite: (path: string, text: string) => void,
): boolean {
  if ('list' in where) return false;
  const path = where.file(place.home, place.env);
  const text = `${[HEADER, ...rules(place.dir, place.home)].join('\n')}\n`;
  const before = settingsText(path);
  if (before === text) return false;
  if (before !== null && !before.startsWith(HEADER))
    throw new FaultError(fault('HOOKS_SETTINGS_BROKEN', { path, reason: 'ccbot did not write it' }));
  onWrite(path, text);
  replaceSettings(path, text);
  return true;
}

/** Removes that file, unless somebody else wrote it. Returns whether it was there. */
export function removeOwnFile(
  { place: where }: DenySetup,
  place: DenyPlace,
  onRemove: (path: string) => void,
): boolean {
  if ('list' in where) return false;
  const path = where.file(place.home, place.env);
  if (settingsText(path)?.startsWith(HEADER) !== true) return false;
  onRemove(path);
  rmSync(path);
  return true;
}
