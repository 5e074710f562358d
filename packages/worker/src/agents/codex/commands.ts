import { dirname, join } from 'node:path';
import type { AgentCommand } from '../agent';
import { skillDirectories } from '../command-files';

/**
 * What Codex can do by itself and is of use away from the desk, by the list that it shows for `/` (measured with
 * 0.169.0).
 */
const BUILT_IN: readonly (readonly [name: string, about: string])[] = [
  ['compact', 'Sum the conversation up to free context'],
  ['clear', 'Begin a new chat with a clear terminal'],
  ['model', 'Choose the model and how hard it thinks'],
  ['permissions', 'What Codex may do unasked'],
  ['plan', 'Plan first, change nothing'],
  ['review', 'Look for bugs in the current changes'],
  ['diff', 'The changes, as git shows them'],
  ['recap', 'Sum up what was done'],
  ['goal', 'A goal for a long task'],
  ['init', 'Write an AGENTS.md for the project'],
  ['resume', 'Go on with an earlier chat'],
  ['fork', 'Fork the chat'],
  ['side', 'Talk about something else beside it'],
  ['ps', 'What runs in the background'],
  ['skills', 'The skills'],
  ['mcp', 'The tools of MCP'],
  ['memories', 'What Codex remembers'],
  ['approve', 'Approve one retry of what was denied'],
  ['status', 'The session’s settings and its use of tokens'],
  ['config', 'Settings'],
];

/**
 * The commands of a session in `cwd`. Codex 0.169.0 has none of the person's own beside skills, which are named with a
 * `$` (measured: `prompts/` is not read): those of the project and of the directories above it, then of the person.
 */
export async function codexCommands(codexHome: string, home: string, cwd: string): Promise<AgentCommand[]> {
  const places = [join(home, '.agents/skills'), join(codexHome, 'skills')];
  const above: string[] = [];
  for (let dir = cwd; dir !== home; dir = dirname(dir)) {
    above.push(join(dir, '.agents/skills'));
    if (dirname(dir) === dir) break;
  }
  const skills = (await Promise.all([...above, ...places].map(skillDirectories))).flat();
  return [
    ...skills.map(({ name, about }) => ({ name, typed: `$${name}`, about })),
    ...BUILT_IN.map(([name, about]) => ({ name, typed: `/${name}`, about })),
  ];
}
