import { promises } from 'node:fs';
import { dirname, join } from 'node:path';
import type { AgentCommand } from '../agent';
import type { Language } from '../../words/language';
import { builtInCommands } from '../built-in';
import { commandFiles, skillDirectories } from '../command-files';
import { BUILT_IN } from './built-in';

/**
 * The commands of a session in `cwd`: those of the project, and of the directories above it, those of the person, those
 * of the plugins that are on, then Claude Code's own (places measured with 2.1.330).
 */
export async function claudeCommands(
  state: string,
  home: string,
  cwd: string,
  language: Language,
): Promise<AgentCommand[]> {
  const project = projectDirectories(home, cwd);
  const places = [...project, state];
  const own = await Promise.all(
    places.flatMap((dir) => [commandFiles(join(dir, 'commands')), skillDirectories(join(dir, 'skills'))]),
  );
  const plugins = await pluginCommands(state, project);
  return [...own.flat(), ...plugins, ...builtInCommands(BUILT_IN, language)];
}

/** The `.claude` of the project and of all above it, the nearest first; the person's own home is no project. */
function projectDirectories(home: string, cwd: string): string[] {
  const found: string[] = [];
  for (let dir = cwd; dir !== home; dir = dirname(dir)) {
    found.push(join(dir, '.claude'));
    if (dirname(dir) === dir) break;
  }
  return found;
}

/** What plugins bring: their name stands before each command. */
async function pluginCommands(state: string, project: readonly string[]): Promise<AgentCommand[]> {
  const installed = await readJson(join(state, 'plugins/installed_plugins.json'));
  const plugins = (installed as { plugins?: unknown } | null)?.plugins;
  if (typeof plugins !== 'object' || plugins === null) return [];
  const on = await enabled(state, project);
  const found = Object.entries(plugins).map(async ([id, entries]) => {
    const path = on.has(id) ? installPath(entries) : undefined;
    if (path === undefined) return [];
    const both = [commandFiles(join(path, 'commands')), skillDirectories(join(path, 'skills'))];
    const before = id.replace(/@.*$/, '');
    return (await Promise.all(both))
      .flat()
      .map(({ name, about }) => ({ name: `${before}:${name}`, typed: `/${before}:${name}`, about }));
  });
  return (await Promise.all(found)).flat();
}

/** The plugins that are on: the person's settings, then those of the project, whose word counts. */
async function enabled(state: string, project: readonly string[]): Promise<ReadonlySet<string>> {
  const [nearest] = project;
  const files = [
    join(state, 'settings.json'),
    ...(nearest === undefined ? [] : [join(nearest, 'settings.json'), join(nearest, 'settings.local.json')]),
  ];
  const on = new Set<string>();
  for (const file of files) {
    const named = (await readJson(file)) as { enabledPlugins?: Record<string, unknown> } | null;
    for (const [id, value] of Object.entries(named?.enabledPlugins ?? {})) {
      if (value === true) on.add(id);
      else on.delete(id);
    }
  }
  return on;
}

function installPath(entries: unknown): string | undefined {
  const list = (Array.isArray(entries) ? entries : []) as ({ installPath?: unknown } | null)[];
  const path = list.findLast((entry) => typeof entry?.installPath === 'string')?.installPath;
  return typeof path === 'string' ? path : undefined;
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await promises.readFile(path, 'utf8'));
  } catch {
    return null; // not there, or somebody is writing it
  }
}
