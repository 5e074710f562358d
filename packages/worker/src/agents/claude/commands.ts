import { promises } from 'node:fs';
import { dirname, join } from 'node:path';
import type { AgentCommand } from '../agent';
import type { Language } from '../../words/language';
import { builtInCommands } from '../built-in';
import { commandFiles, skillDirectories } from '../command-files';
import { fields, recordOf, rows, type Fields } from '../record';
import { BUILT_IN } from './built-in';

/**
 * The commands of a session in `cwd`: those of the project and of the directories above it, the user's, those of the
 * enabled plugins, and then the built-in ones (places measured with 2.1.330).
 */
export async function claudeCommands(
  state: string,
  home: string,
  cwd: string,
  language: Language,
): Promise<AgentCommand[]> {
  const project = projectDirectories(home, cwd);
  const userCommands = await Promise.all(
    [...project, state].flatMap((dir) => [
      commandFiles(join(dir, 'commands')),
      skillDirectories(join(dir, 'skills')),
    ]),
  );
  const plugins = await pluginCommands(state, project);
  return [...userCommands.flat(), ...plugins, ...builtInCommands(BUILT_IN, language)];
}

/** The `.claude` directories of `cwd` and of everything above it, nearest first. The user's home is no project. */
function projectDirectories(home: string, cwd: string): string[] {
  const found: string[] = [];
  for (let dir = cwd; dir !== home; dir = dirname(dir)) {
    found.push(join(dir, '.claude'));
    if (dirname(dir) === dir) break;
  }
  return found;
}

/** The commands of plugins, each prefixed with the plugin's name. */
async function pluginCommands(state: string, project: readonly string[]): Promise<AgentCommand[]> {
  const installed = await readJson(join(state, 'plugins/installed_plugins.json'));
  const enabled = await enabledPlugins(state, project);
  const found = Object.entries(fields(installed['plugins'])).map(async ([id, entries]) => {
    const path = enabled.has(id) ? installPath(entries) : undefined;
    if (path === undefined) return [];
    const commands = await Promise.all([
      commandFiles(join(path, 'commands')),
      skillDirectories(join(path, 'skills')),
    ]);
    const plugin = id.replace(/@.*$/, '');
    return commands
      .flat()
      .map(({ name, about }) => ({ name: `${plugin}:${name}`, typed: `/${plugin}:${name}`, about }));
  });
  return (await Promise.all(found)).flat();
}

/** The enabled plugins. The project's settings override the user's. */
async function enabledPlugins(state: string, project: readonly string[]): Promise<ReadonlySet<string>> {
  const [nearest] = project;
  const files = [
    join(state, 'settings.json'),
    ...(nearest === undefined ? [] : [join(nearest, 'settings.json'), join(nearest, 'settings.local.json')]),
  ];
  const enabled = new Set<string>();
  for (const file of files) {
    const settings = await readJson(file);
    for (const [id, value] of Object.entries(fields(settings['enabledPlugins']))) {
      if (value === true) enabled.add(id);
      else enabled.delete(id);
    }
  }
  return enabled;
}

function installPath(entries: unknown): string | undefined {
  const paths = rows(entries).map((entry) => entry['installPath']);
  return paths.findLast((path) => typeof path === 'string');
}

async function readJson(path: string): Promise<Fields> {
  const json = await promises.readFile(path, 'utf8').catch(() => ''); // missing
  return recordOf(json) ?? {}; // somebody may be writing it
}
