import { shellQuote } from '../terminal/tmux/quote';

/** A file of settings, parsed. */
export type Json = Record<string, unknown>;

/** The events that need a hook, and the seconds an agent waits for one. */
export type HookEvents = Readonly<Record<string, number>>;

/** What is installed for one event. `outdated`: a hook of ccbot that is not this one, or with another limit of time. */
export type HookState = 'installed' | 'outdated' | 'missing';

/** How ccbot's own entries are told from others, whatever path they carry. */
function isOurs(command: unknown): boolean {
  return (
    typeof command === 'string' &&
    /(?:(?:^|[\s/"'])ccbot(?:\.js)?["']?\s+hook|worker\/dist\/hook\.js["']?)(?:\s+[\w-]+)?\s*$/.test(command)
  );
}

/**
 * The command line of the hook for the agents' settings, but for the agent's name behind it; they run it through a
 * shell. The bundle is named itself: what starts `ccbot` would cost time at every prompt.
 */
export function hookCommandLine(node: string, bundle: string): string {
  return `${shellQuote(node)} ${shellQuote(bundle)}`;
}

/** The command line for one agent's settings. */
export function hookCommandFor(line: string, agent: string): string {
  return `${line} ${agent}`;
}

/** Which events have ccbot's hook with this command and the limit of time that the event needs. */
export function hookStatus(settings: Json, command: string, events: HookEvents): Record<string, HookState> {
  return Object.fromEntries(
    Object.entries(events).map(([event, timeout]) => {
      const ours = oursOf(settings, event);
      const [hook] = ours;
      const exact = ours.length === 1 && hook?.['command'] === command && hook['timeout'] === timeout;
      return [event, exact ? 'installed' : ours.length > 0 ? 'outdated' : 'missing'];
    }),
  );
}

/** Settings with ccbot's hooks in them: one for each event, whatever was there of ours before; all else as it is. */
export function withHooks(settings: Json, command: string, events: HookEvents): Json {
  const clean = withoutHooks(settings);
  const state = hookStatus(settings, command, events);
  const hooks: Json = { ...object(clean['hooks']) };
  for (const [event, timeout] of Object.entries(events)) {
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
export function misshapen(settings: Json, events: HookEvents): string | null {
  const { hooks } = settings;
  if (hooks === undefined) return null;
  if (typeof hooks !== 'object' || hooks === null || Array.isArray(hooks)) return '“hooks” is not an object';
  const odd = Object.keys(events).find((event) => {
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

/** ccbot's own entries for an event. */
export function oursOf(settings: Json, event: string): Json[] {
  return groupsOf(settings, event)
    .flatMap(hooksOf)
    .filter((hook) => isOurs(hook['command']));
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
