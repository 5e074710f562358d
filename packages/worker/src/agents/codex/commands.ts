import { dirname, join } from 'node:path';
import type { AgentCommand } from '../agent';
import type { Language } from '../../words/language';
import { builtInCommands } from '../built-in';
import { skillDirectories } from '../command-files';
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
  const userDirs = [join(home, '.agents/skills'), join(codexHome, 'skills')];
  const projectDirs: string[] = [];
  for (let dir = cwd; dir !== home; dir = dirname(dir)) {
    projectDirs.push(join(dir, '.agents/skills'));
    if (dirname(dir) === dir) break;
  }
  const skills = (await Promise.all([...projectDirs, ...userDirs].map(skillDirectories))).flat();
  return [
    ...skills.map(({ name, about }) => ({ name, typed: `$${name}`, about })),
    ...builtInCommands(BUILT_IN, language),
  ];
}
