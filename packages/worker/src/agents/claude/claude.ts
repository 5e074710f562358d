import type { Agent } from '../agent';
import { claudeHome, discoverSession } from './discover';
import { readScreen } from './screen';
import { createTranscriptReader } from './transcript';
import { typePrompt } from './typing';

/** Claude Code. `env` tells where it keeps its state (`CLAUDE_CONFIG_DIR`). */
export function createClaude(env: Readonly<Record<string, string | undefined>>): Agent {
  return {
    id: 'claude',
    title: 'Claude Code',
    launch: ({ command, flags, resume }) => [
      ...command,
      ...flags,
      ...(resume === undefined ? [] : ['--resume', resume]),
    ],
    readiness: readScreen,
    typing: typePrompt,
    interrupt: () => [{ kind: 'key', key: 'Escape' }],
    reader: createTranscriptReader,
    discover: (home, pid) => discoverSession(claudeHome(home, env), pid),
  };
}
