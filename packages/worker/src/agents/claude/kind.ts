import { join } from 'node:path';
import type { AgentKind } from '../kind';
import { permissionAsks } from '../permission';
import { claudeCanary } from './canary';
import { createClaude } from './claude';
import { claudeHome } from './discover';
import { toolTitle } from './title';

/**
 * How long the person is waited for when a sub-agent in the background asks, ms: its dialog is not on the terminal
 * meanwhile (measured with 2.1.330), and somebody may sit there.
 */
const SUB_AGENT_LIMIT_MS = 10 * 60_000;

/** Claude Code, as it is registered. */
export const claude: AgentKind = {
  id: 'claude',
  programs: ['claude'],
  pidVariable: 'CLAUDE_PID',
  statusLine: true,
  usual: true,
  title: 'Claude Code',
  args: ['name', 'path'],
  settings: { command: 'CLAUDE_COMMAND', flags: 'CLAUDE_FLAGS' },
  hooks: {
    file: (home, env) => join(claudeHome(home, env), 'settings.json'),
    // A person may have a day for a decision.
    events: { SessionStart: 10, UserPromptSubmit: 10, Stop: 10, PermissionRequest: 86_400 },
  },
  // Its dialog is on the terminal all the while: whoever answers first decides.
  asks: permissionAsks({
    limitMs: null,
    subAgentLimitMs: SUB_AGENT_LIMIT_MS,
    planModes: ['default', 'acceptEdits', 'auto'],
    title: toolTitle,
  }),
  ownVariables: /^CLAUDECODE$|^CLAUDE_CODE_(?:ENTRYPOINT|SESSION_ID|CHILD_SESSION)$|^CLAUDE_PID$/,
  canary: claudeCanary,
  create: createClaude,
};
