import { mkdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fault, faultText, FaultError, reasonOf } from '@ccbot/shared/faults/fault';
import { EXIT } from '@ccbot/shared/protocol/exit-codes';
import { shellQuote } from '../terminal/tmux/quote';
import { claudeHome } from '../agents/claude/discover';
import { replaceFile } from './replace-file';

/** The events whose hooks ccbot needs, and the seconds an agent waits for one. */
export const HOOK_EVENTS: Readonly<Record<string, number>> = {
  SessionStart: 10,
  UserPromptSubmit: 10,
  Stop: 10,
};

type Json = Record<string, unknown>;

/** What is installed for one event. */
export type HookState = 'installed' | 'outdated' | 'missing';

/** How ccbot's own entries are told from others, whatever path they carry. */
function isOurs(command: unknown): boolean {
  return (
    typeof command === 'string' &&
    /(?:(?:^|[\s/"'])ccbot(?:\.js)?["']?\s+hook|worker\/dist\/hook\.js["']?)\s*$/.test(command)
  );
}

/** The command line of the hook for the agents' settings; they run it through a shell. The bundle is named itself: what starts `ccbot` would cost time at every prompt. */
export function hookCommandLine(node: string, bundle: string): string {
  return `${shellQuote(node)} ${shellQuote(bundle)}`;
}

/** Which events have ccbot's hook with this command. */
export function hookStatus(settings: Json, command: string): Record<string, HookState> {
  return Object.fromEntries(
    Object.keys(HOOK_EVENTS).map((event) => {
      const ours = groupsOf(settings, event)
        .flatMap(hooksOf)
        .filter((h) => isOurs(h['command']));
      const exact = ours.length === 1 && ours[0]?.['command'] === command;
      return [event, exact ? 'installed' : ours.length > 0 ? 'outdated' : 'missing'];
    }),
  );
}

/** Settings with ccbot's hooks in them: one for each event, whatever was there of ours before; all else as it is. */
export function withHooks(settings: Json, command: string): Json {
  const clean = withoutHooks(settings);
  const state = hookStatus(settings, command);
  const hooks: Json = { ...object(clean['hooks']) };
  for (const [event, timeout] of Object.entries(HOOK_EVENTS)) {
    if (state[event] === 'installed') {
      hooks[event] = object(settings['hooks'])[event]; // in the place that somebody gave it
      continue;
    }
    const groups = Array.isArray(hooks[event]) ? (hooks[event] as unknown[]) : [];
    hooks[event] = [...groups, { hooks: [{ type: 'command', command, timeout }] }];
  }
  return { ...clean, hooks };
}

/** What stands where hooks belong and is none, so that installing would have to throw it away; null when all is well. */
function misshapen(settings: Json): string | null {
  const { hooks } = settings;
  if (hooks === undefined) return null;
  if (typeof hooks !== 'object' || hooks === null || Array.isArray(hooks)) return '“hooks” is not an object';
  const odd = Object.keys(HOOK_EVENTS).find((event) => {
    const groups = (hooks as Json)[event];
    return groups !== undefined && !Array.isArray(groups);
  });
  return odd === undefined ? null : `“hooks.${odd}” is not a list`;
}

/** Settings without ccbot's hooks; groups and lists that become empty go with them. */
export function withoutHooks(settings: Json): Json {
  const hooks = object(settings['hooks']);
  const kept: Json = {};
  for (const [event, groups] of Object.entries(hooks)) {
    if (!Array.isArray(groups)) {
      kept[event] = groups;
      continue;
    }
    const left = groups.flatMap((group: unknown) => {
      const list = object(group)['hooks'];
      if (!Array.isArray(list) || !list.some((h) => isOurs(object(h)['command']))) return [group];
      const others = list.filter((h) => !isOurs(object(h)['command']));
      return others.length === 0 ? [] : [{ ...object(group), hooks: others }];
    });
    if (left.length > 0) kept[event] = left;
  }
  const { hooks: _old, ...rest } = settings;
  return Object.keys(kept).length > 0 ? { ...rest, hooks: kept } : rest;
}

function groupsOf(settings: Json, event: string): Json[] {
  const groups = object(settings['hooks'])[event];
  return Array.isArray(groups) ? groups.map(object) : [];
}

function hooksOf(group: Json): Json[] {
  return Array.isArray(group['hooks']) ? group['hooks'].map(object) : [];
}

const object = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};

/** Reads a settings file; null where there is none. Throws a {@link FaultError} when it does not parse. */
export function readSettings(path: string): Json | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new FaultError(fault('HOOKS_SETTINGS_BROKEN', { path, reason: reasonOf(error) }));
  }
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new Error('it is not a JSON object');
    return value as Json;
  } catch (error) {
    throw new FaultError(fault('HOOKS_SETTINGS_BROKEN', { path, reason: reasonOf(error) }));
  }
}

/** Writes a settings file whole, keeping its mode and a copy of what it replaces. Follows a link to the real file. */
export function writeSettings(path: string, settings: Json): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const { target, mode } = existing(path);
    if (mode !== null) replaceFile(`${target}.ccbot-backup`, readFileSync(target, 'utf8'), mode);
    replaceFile(target, `${JSON.stringify(settings, null, 2)}\n`, mode ?? 0o600);
  } catch (error) {
    throw new FaultError(fault('HOOKS_WRITE_FAILED', { path, reason: reasonOf(error) }));
  }
}

function existing(path: string): { target: string; mode: number | null } {
  try {
    const target = realpathSync(path);
    return { target, mode: statSync(target).mode & 0o777 };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { target: path, mode: null };
    throw error;
  }
}

/** What `ccbot hook --install|--uninstall|--status` is given. */
export interface HookCommand {
  action: 'install' | 'uninstall' | 'status';
  json: boolean;
}

/** What the command works on. */
export interface HookCommandDeps {
  env: Readonly<Record<string, string | undefined>>;
  home: string;
  /** What the agent is to run; see {@link hookCommandLine}. */
  command: string;
  out: NodeJS.WritableStream;
  err: NodeJS.WritableStream;
}

/** Installs, removes or shows the hooks; the exit code is 0, or 78 with the reason on `err`. `--status` exits 1 when something is missing. */
export function hookCommand(request: HookCommand, deps: HookCommandDeps): number {
  const path = join(claudeHome(deps.home, deps.env), 'settings.json');
  try {
    const before = readSettings(path) ?? {};
    let after = before;
    if (request.action === 'install') {
      const reason = misshapen(before);
      if (reason !== null) throw new FaultError(fault('HOOKS_SETTINGS_BROKEN', { path, reason }));
      after = withHooks(before, deps.command);
    }
    if (request.action === 'uninstall') after = withoutHooks(before);
    const changed = JSON.stringify(after) !== JSON.stringify(before);
    if (changed) writeSettings(path, after);
    const events = hookStatus(after, deps.command);
    const whole = Object.values(events).every((state) => state === 'installed');
    if (request.json) deps.out.write(`${JSON.stringify({ path, changed, events, command: deps.command })}\n`);
    else {
      const lines = Object.entries(events).map(([event, state]) => `  ${event}: ${state}`);
      const head =
        request.action === 'status' ? path : `${path}: ${changed ? 'changed' : 'nothing to change'}`;
      deps.out.write(`${[head, ...lines].join('\n')}\n`);
    }
    return request.action === 'status' && !whole ? 1 : EXIT.ok;
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    deps.err.write(`ccbot: ${faultText(error.fault)}\n`);
    return error.fault.exit;
  }
}
