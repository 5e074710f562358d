import { promises } from 'node:fs';
import { dirname, join } from 'node:path';
import type { AgentCommand } from '../agent';
import { commandFiles, skillDirectories } from '../command-files';

/**
 * What Claude Code can do by itself and is of use away from the desk, by the list that it shows for `/` (measured with
 * 2.1.330).
 */
const BUILT_IN: readonly (readonly [name: string, about: string])[] = [
  ['compact', 'Sum the conversation up to free context'],
  ['clear', 'Begin anew with an empty context'],
  ['model', 'Choose the model'],
  ['context', 'What fills the context'],
  ['cost', 'What the session has cost'],
  ['effort', 'How hard the model thinks'],
  ['plan', 'Plan first, change nothing'],
  ['btw', 'Ask something beside the work'],
  ['code-review', 'Look for bugs in the current diff'],
  ['security-review', 'Look for security holes in the branch'],
  ['simplify', 'Clean up the changed code'],
  ['verify', 'Try out whether the change works'],
  ['init', 'Write a CLAUDE.md for the project'],
  ['memory', 'Edit what Claude remembers'],
  ['recap', 'What was done, in one line'],
  ['rewind', 'Go back to an earlier state'],
  ['resume', 'Go on with an earlier session'],
  ['branch', 'Branch the conversation here'],
  ['goal', 'What must hold before Claude stops'],
  ['loop', 'Repeat a prompt at intervals'],
  ['tasks', 'What runs in the background'],
  ['agents', 'The sub-agents'],
  ['skills', 'The skills'],
  ['mcp', 'The MCP servers'],
  ['permissions', 'What tools may do unasked'],
  ['add-dir', 'Add a working directory'],
  ['config', 'Settings'],
  ['status', 'Version, account, connections'],
  ['export', 'Export the conversation'],
  ['doctor', 'Look at the set-up'],
];

/**
 * The commands of a session in `cwd`: those of the project, and of the directories above it, those of the person, those
 * of the plugins that are on, then Claude Code's own (places measured with 2.1.330).
 */
export async function claudeCommands(state: string, home: string, cwd: string): Promise<AgentCommand[]> {
  const project = projectDirectories(home, cwd);
  const places = [...project, state];
  const own = await Promise.all(
    places.flatMap((dir) => [commandFiles(join(dir, 'commands')), skillDirectories(join(dir, 'skills'))]),
  );
  const plugins = await pluginCommands(state, project);
  const builtIn = BUILT_IN.map(([name, about]) => ({ name, typed: `/${name}`, about }));
  return [...own.flat(), ...plugins, ...builtIn];
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
