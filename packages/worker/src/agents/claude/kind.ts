import { join } from 'node:path';
import type { AgentKind } from '../kind';
import { createClaude } from './claude';
import { claudeHome } from './discover';

/** Claude Code, as it is registered. */
export const claude: AgentKind = {
  id: 'claude',
  title: 'Claude Code',
  settings: { command: 'CLAUDE_COMMAND', flags: 'CLAUDE_FLAGS' },
  hooks: {
    file: (home, env) => join(claudeHome(home, env), 'settings.json'),
    // A person may have a day for a decision.
    events: { SessionStart: 10, UserPromptSubmit: 10, Stop: 10, PermissionRequest: 86_400 },
  },
  // Its dialog is on the terminal all the while: whoever answers first decides.
  asks: {
    limitMs: null,
    output: (decision) =>
      JSON.stringify({ hookSpecificOutput: { hookEventName: 'PermissionRequest', decision } }),
  },
  programs: ['claude'],
  pidVariable: 'CLAUDE_PID',
  ownVariables: /^CLAUDECODE$|^CLAUDE_CODE_(?:ENTRYPOINT|SESSION_ID|CHILD_SESSION)$|^CLAUDE_PID$/,
  create: createClaude,
};
