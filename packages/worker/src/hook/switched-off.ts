import { join } from 'node:path';
import { namesInForeignSync } from '@ccbot/shared/files/foreign-directory-sync';
import { readForeignSync } from '@ccbot/shared/files/foreign-file-sync';
import type { HookSetup } from '../agents/kind';
import { parseObject, type JsonObject } from './json';

/** What switches an agent's hooks off while they stand in its settings. `path` is null for a variable. */
export interface HooksOff {
  name: string;
  path: string | null;
  /** Set by an administrator: the user cannot change it. */
  isManaged: boolean;
}

export interface SwitchPlace {
  home: string;
  /** The environment that the agent runs in. */
  env: Readonly<Record<string, string | undefined>>;
  /** Working directories of the agent. */
  projects: readonly string[];
  platform: NodeJS.Platform;
}

/** Everything that switches the hooks off, for all sessions or for those in one of the directories. */
export function hooksOff(hooks: HookSetup, place: SwitchPlace): HooksOff[] {
  const { switches = [], elsewhere } = hooks;
  const user = hooks.file(place.home, place.env);
  const found = isOn(user, switches).map((name) => ({ name, path: user, isManaged: false }));
  if (elsewhere === undefined) return found;
  const { file, directory } = elsewhere.managed(place.platform);
  const files = namesInForeignSync(directory, 'managed').filter((name) => name.endsWith('.json'));
  const managed = [file, ...files.map((name) => join(directory, name))].flatMap((path) =>
    isOn(path, [...switches, ...elsewhere.managedSwitches]).map((name) => ({ name, path, isManaged: true })),
  );
  const inProjects = [...new Set(place.projects)].flatMap((project) =>
    switches.flatMap((name) => {
      const path = elsewhere.project
        .map((relative) => join(project, relative))
        .find((candidate) => typeof settingsOf(candidate)[name] === 'boolean');
      const isOff = path !== undefined && path !== user && settingsOf(path)[name] === true;
      return isOff ? [{ name, path, isManaged: false }] : [];
    }),
  );
  const variables = elsewhere.variables
    .filter((name) => !['', '0', 'false', undefined].includes(place.env[name]))
    .map((name) => ({ name, path: null, isManaged: false }));
  return [...managed, ...variables, ...found, ...inProjects];
}

function isOn(path: string, names: readonly string[]): string[] {
  const settings = settingsOf(path);
  return names.filter((name) => settings[name] === true);
}

/** Empty for a file that is missing or cannot be read: the agent uses none of it either. */
function settingsOf(path: string): JsonObject {
  try {
    return parseObject(readForeignSync(path, 'agentSettings')) ?? {};
  } catch {
    return {};
  }
}

/** For the user: `disableAllHooks in /a/settings.json (managed)`. */
export function offText({ name, path, isManaged }: HooksOff): string {
  if (path === null) return `the variable ${name}`;
  return `${name} in ${path}${isManaged ? ', which an administrator manages' : ''}`;
}
