import { join } from 'node:path';
import type { AgentCommand } from '../agent';
import type { Language } from '../../words/language';
import { builtInCommands } from '../built-in';
import { skillDirectories, type CommandPlace } from '../command-files';
import { projectDirectories, repositoryOf } from '../repository';
import { BUILT_IN } from './built-in';

/**
 * The commands of a session in `cwd`: the skills of the project and of the directories above it, the user's skills, and
 * then the built-in commands. Skills start with `$`. Codex 0.169.0 has no other custom commands (measured: it does not
 * read `prompts/`).
 */
export async function codexCommands(
  codexHome: string,
  home: string,
  cwd: string,
  language: Language,
): Promise<AgentCommand[]> {
  const projects = projectDirectories(home, cwd);
  const places = [
    ...(await Promise.all(
      projects.map(async (dir): Promise<CommandPlace> => {
        return { path: join(dir, '.agents/skills'), links: { within: await repositoryOf(dir, projects) } };
      }),
    )),
    ...[join(home, '.agents/skills'), join(codexHome, 'skills')].map((path): CommandPlace => {
      return { path, links: 'follow' };
    }),
  ];
  const skills = (await Promise.all(places.map(skillDirectories))).flat();
  return [
    ...skills.map(({ name, about }) => ({ name, typed: `$${name}`, about })),
    ...builtInCommands(BUILT_IN, language),
  ];
}
