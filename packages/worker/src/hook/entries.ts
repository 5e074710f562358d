import { shellQuote } from '@ccbot/shared/cli/shell-quote';
import { arrayOf, isObject, objectOf, type JsonObject } from './json';

/** The events that need a hook, and how many seconds the agent waits for each. */
export type HookEvents = Readonly<Record<string, number>>;

/** The state of one event. `outdated`: a hook of another ccbot, or with another timeout. */
export type HookState = 'installed' | 'outdated' | 'missing';

/** The end of ccbot's own commands, whatever their path, and perhaps the agent's name. */
const OURS =
  /(?:(?:^|[\s/"'])ccbot(?:\.js)?["']?\s{1,9}hook|worker\/dist\/hook\.js["']?)(?:\s{1,9}[\w-]{1,40})?$/;

function isOurs(command: unknown): boolean {
  return typeof command === 'string' && OURS.test(command.trimEnd().slice(-1_000));
}

/**
 * The command line of a hook for the agents' settings, without the agent's name at its end. Agents run it in a shell. It
 * names the bundle directly, because starting `ccbot` would take longer at every prompt, and the launcher for `node`, which
 * survives an upgrade of Node.js.
 */
export function hookCommandLine(node: string, bundle: string): string {
  return `${shellQuote(node)} ${shellQuote(bundle)}`;
}

export function hookCommandFor(line: string, agent: string): string {
  return `${line} ${agent}`;
}

/** The state of every event. Installed means exactly this command with the event's timeout. */
export function hookStatus(
  settings: JsonObject,
  command: string,
  events: HookEvents,
): Record<string, HookState> {
  return Object.fromEntries(
    Object.entries(events).map(([event, timeout]) => {
      const ours = oursOf(settings, event);
      const [hook] = ours;
      const exact = ours.length === 1 && hook?.['command'] === command && hook['timeout'] === timeout;
      return [event, exact ? 'installed' : ours.length > 0 ? 'outdated' : 'missing'];
    }),
  );
}

/** Settings with one hook of ccbot for each event. Replaces older ones and changes nothing else. */
export function withHooks(settings: JsonObject, command: string, events: HookEvents): JsonObject {
  const clean = withoutHooks(settings);
  const state = hookStatus(settings, command, events);
  const hooks: JsonObject = { ...objectOf(clean['hooks']) };
  for (const [event, timeout] of Object.entries(events)) {
    if (state[event] === 'installed') {
      hooks[event] = objectOf(settings['hooks'])[event]; // keeps its position among other hooks
      continue;
    }
    hooks[event] = [...arrayOf(hooks[event]), { hooks: [{ type: 'command', command, timeout }] }];
  }
  return { ...settings, hooks }; // in this order, so that they keep their place among other settings
}

/** Says what is wrong with the hooks in the settings, when installing would destroy it. Null when nothing is. */
export function misshapen(settings: JsonObject, events: HookEvents): string | null {
  const { hooks } = settings;
  if (hooks === undefined) return null;
  if (!isObject(hooks)) return '“hooks” is not an object';
  const invalid = Object.keys(events).find((event) => {
    const groups = hooks[event];
    return groups !== undefined && !Array.isArray(groups);
  });
  return invalid === undefined ? null : `“hooks.${invalid}” is not a list`;
}

/** Settings without ccbot's hooks. Removes groups and lists that become empty. */
export function withoutHooks(settings: JsonObject): JsonObject {
  const hooks = objectOf(settings['hooks']);
  const kept: JsonObject = {};
  for (const [event, groups] of Object.entries(hooks)) {
    if (!Array.isArray(groups)) {
      kept[event] = groups;
      continue;
    }
    const left = groups.flatMap((group: unknown) => {
      const list = objectOf(group)['hooks'];
      if (!Array.isArray(list) || !list.some((hook) => isOurs(objectOf(hook)['command']))) return [group];
      const others = list.filter((hook) => !isOurs(objectOf(hook)['command']));
      return others.length === 0 ? [] : [{ ...objectOf(group), hooks: others }];
    });
    if (left.length > 0) kept[event] = left;
  }
  if (Object.keys(kept).length > 0) return { ...settings, hooks: kept };
  const { hooks: _old, ...rest } = settings;
  return rest;
}

/** ccbot's own entries for an event. */
export function oursOf(settings: JsonObject, event: string): JsonObject[] {
  return groupsOf(settings, event)
    .flatMap(hooksOf)
    .filter((hook) => isOurs(hook['command']));
}

function groupsOf(settings: JsonObject, event: string): JsonObject[] {
  return arrayOf(objectOf(settings['hooks'])[event]).map(objectOf);
}

function hooksOf(group: JsonObject): JsonObject[] {
  return arrayOf(group['hooks']).map(objectOf);
}
