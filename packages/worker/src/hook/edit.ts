import { existsSync } from 'node:fs';
import type { Paths } from '@ccbot/shared/config/paths';
import { fault, FaultError, reasonOf } from '@ccbot/shared/faults/fault';
import { changeApprovedAgent, readApproved, type ApprovedAgent } from '@ccbot/shared/trust/approved';
import { fingerprintOf } from '@ccbot/shared/trust/fingerprint';
import { joinAdded, withoutRules, withRules, type AddedRules } from '../agents/deny-rules';
import { guardedValues } from '../agents/guarded';
import type { AgentKind, HookSetup } from '../agents/kind';
import { misshapenDeny, removeOwnFile, writeOwnFile } from './deny';
import { hookCommandFor, misshapen, withHooks, withoutHooks } from './entries';
import type { JsonObject } from './json';
import { writeSettings } from './settings-file';
import { withoutStatusLine, withStatusLine } from './statusline-setting';

export type HookedKind = AgentKind & { hooks: HookSetup };

/** What to edit: one agent's settings file, its content, and where ccbot is. */
export interface Edited {
  kind: HookedKind;
  path: string;
  before: JsonObject;
  place: EditPlace;
}

export interface EditPlace {
  env: Readonly<Record<string, string | undefined>>;
  home: string;
  paths: Pick<Paths, 'dir' | 'approved'>;
  /** The command of the hooks, without the agent's name; see `hookCommandLine`. */
  command: string;
  /** The command of the status line; see `hookCommandLine`. */
  statusLine: string;
  /** Working directories in which the agent's own settings may switch hooks off. */
  projects?: readonly string[];
}

/** What an edit did. */
export interface Edit {
  settings: JsonObject;
  changed: boolean;
}

/** Adds hooks and status line, and the deny rules if they are wanted. Throws a {@link FaultError} and changes nothing then. */
export function install(edited: Edited, denyRules: boolean): Edit {
  const { kind, path, before, place } = edited;
  const deny = denyRules ? kind.deny : null;
  const reason = misshapen(before, kind.hooks.events) ?? misshapenDeny(deny, before);
  if (reason !== null) throw new FaultError(fault('HOOKS_SETTINGS_BROKEN', { path, reason }));
  const lined = kind.statusLine ? withStatusLine(before, place.statusLine) : before;
  const hooked = withHooks(lined, hookCommandFor(place.command, kind.id), kind.hooks.events);
  const { settings, added } =
    deny !== null && 'list' in deny.place
      ? withRules(hooked, deny.place.list, deny.rules(place.paths.dir, place.home))
      : { settings: hooked, added: { rules: [], keys: [] } };
  approve(edited, settings, ({ deny: earlier }) =>
    added.rules.length === 0 ? earlier : joinAdded(earlier, added),
  );
  const fileChanged =
    deny !== null && writeOwnFile(deny, denyPlace(place), (path, text) => approveFile(place, path, text));
  return { settings, changed: write(edited, settings) || fileChanged };
}

/** Removes hooks, status line, and the deny rules that ccbot added. */
export function uninstall(edited: Edited): Edit {
  const { kind, path, before, place } = edited;
  const added = readApproved(place.paths.approved).agents[path]?.deny;
  const unhooked = withoutStatusLine(withoutHooks(before));
  const settings =
    added !== undefined && kind.deny !== null && 'list' in kind.deny.place
      ? withoutRules(unhooked, kind.deny.place.list, added)
      : unhooked;
  // ccbot may be removed already; there is nobody to tell then.
  const isKnown = existsSync(place.paths.dir);
  if (isKnown) approve(edited, settings, ({ deny }) => deny);
  const changed = write(edited, settings);
  const fileChanged =
    kind.deny !== null &&
    removeOwnFile(kind.deny, denyPlace(place), (file) => {
      if (isKnown) approveFile(place, file, null);
    });
  if (isKnown && added !== undefined) approve(edited, settings, () => undefined);
  return { settings, changed: changed || fileChanged };
}

export const denyPlace = ({ env, home, paths }: EditPlace) => ({ env, home, dir: paths.dir });

function write({ path, before }: Edited, settings: JsonObject): boolean {
  const changed = JSON.stringify(settings) !== JSON.stringify(before);
  if (changed) writeSettings(path, settings);
  return changed;
}

/** As {@link approve}, for the file with nothing but deny rules. Null: it will be removed. */
function approveFile({ paths: { approved } }: EditPlace, path: string, text: string | null): void {
  record(approved, path, () => ({ hooks: fingerprintOf(text === null ? {} : { rules: text }) }));
}

/** Records the settings before they are written, so that the worker does not report them as somebody else's change. */
function approve(
  { kind, path, place }: Edited,
  settings: JsonObject,
  deny: (before: ApprovedAgent) => AddedRules | undefined,
): void {
  const { approved, dir } = place.paths;
  const hooks = fingerprintOf(guardedValues(settings, kind, { dir, home: place.home }));
  record(approved, path, (before) => {
    const rules = deny(before);
    return rules === undefined ? { hooks } : { hooks, deny: rules };
  });
}

function record(approved: string, path: string, change: (before: ApprovedAgent) => ApprovedAgent): void {
  try {
    changeApprovedAgent(approved, path, change);
  } catch (error) {
    throw new FaultError(fault('HOOKS_WRITE_FAILED', { path: approved, reason: reasonOf(error) }));
  }
}
