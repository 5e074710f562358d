import { dirname, join } from 'node:path';
import type { AgentCommand } from '../agent';
import type { Language } from '../../words/language';
import { builtInCommands } from '../built-in';
import { skillDirectories } from '../command-files';
import { BUILT_IN } from './built-in';

/**
 * The commands of a session in `cwd`. Codex 0.169.0 has none of the person's own beside skills, which are named with a
 * `$` (measured: `prompts/` is not read): those of the project and of the directories above it, then of the person.
 */
export async function codexCommands(
  codexHome: string,
  home: string,
  cwd: string,
  language: Language,
): Promise<AgentCommand[]> {
  const places = [join(home, '.agents/skills'), join(codexHome, 'skills')];
  const above: string[] = [];
  for (let dir = cwd; dir !== home; dir = dirname(dir)) {
    above.push(join(dir, '.agents/skills'));
    if (dirname(dir) === dir) break;
  }
  const skills = (await Promise.all([...above, ...places].map(skillDirectories))).flat();
  return [
    ...skills.map(({ name, about }) => ({ name, typed: `$${name}`, about })),
    ...builtInCommands(BUILT_IN, language),
  ];
}
