import { join } from 'node:path';
import { readForeign } from '@ccbot/shared/files/foreign-file';
import type { LinkRule } from '@ccbot/shared/files/foreign-rules';
import type { AgentCommand } from '../agent';
import type { Language } from '../../words/language';
import { builtInCommands } from '../built-in';
import { commandFiles, skillDirectories } from '../command-files';
import { fields, recordOf, rows, type Fields } from '../record';
import { projectDirectories, repositoryOf } from '../repository';
import { BUILT_IN } from './built-in';

/** A directory in which Claude Code is configured, and where links in it may lead. */
interface ConfigPlace {
  path: string;
  links: LinkRule;
}

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
  const projects = await projectPlaces(home, cwd);
  const user: ConfigPlace = { path: state, links: 'follow' };
  const userCommands = await Promise.all([...projects, user].flatMap(commandsIn));
  const plugins = await pluginCommands(user, projects);
  return [...userCommands.flat(), ...plugins, ...builtInCommands(BUILT_IN, language)];
}

/** The `.claude` directories of `cwd` and of everything above it, nearest first. */
function projectPlaces(home: string, cwd: string): Promise<ConfigPlace[]> {
  const projects = projectDirectories(home, cwd);
  return Promise.all(
    projects.map(async (dir) => ({
      path: join(dir, '.claude'),
      links: { within: await repositoryOf(dir, projects) },
    })),
  );
}

function commandsIn({ path, links }: ConfigPlace): Promise<AgentCommand[]>[] {
  return [
    commandFiles({ path: join(path, 'commands'), links }),
    skillDirectories({ path: join(path, 'skills'), links }),
  ];
}

/** The commands of plugins, each prefixed with the plugin's name. */
async function pluginCommands(user: ConfigPlace, projects: readonly ConfigPlace[]): Promise<AgentCommand[]> {
  const installed = await readJson(user, 'plugins/installed_plugins.json');
  const enabled = await enabledPlugins(user, projects);
  const found = Object.entries(fields(installed['plugins'])).map(async ([id, entries]) => {
    const path = enabled.has(id) ? installPath(entries) : undefined;
    if (path === undefined) return [];
    // Others wrote the plugin: its links must not lead out of it.
    const commands = await Promise.all(commandsIn({ path, links: { within: path } }));
    const plugin = id.replace(/@.*$/, '');
    return commands
      .flat()
      .map(({ name, about }) => ({ name: `${plugin}:${name}`, typed: `/${plugin}:${name}`, about }));
  });
  return (await Promise.all(found)).flat();
}

/** The enabled plugins. The project's settings override the user's. */
async function enabledPlugins(
  user: ConfigPlace,
  projects: readonly ConfigPlace[],
): Promise<ReadonlySet<string>> {
  const [nearest] = projects;
  const files = [
    [user, 'settings.json'] as const,
    ...(nearest === undefined
      ? []
      : [[nearest, 'settings.json'] as const, [nearest, 'settings.local.json'] as const]),
  ];
  const enabled = new Set<string>();
  for (const [place, name] of files) {
    const settings = await readJson(place, name);
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

/** Empty when it is missing, no regular file, or too large; or somebody is writing it. */
async function readJson({ path, links }: ConfigPlace, name: string): Promise<Fields> {
  const json = await readForeign(join(path, name), 'agentSettings', links).catch(() => '');
  return recordOf(json) ?? {};
}
