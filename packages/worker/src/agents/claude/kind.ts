import { join } from 'node:path';
import type { AgentKind } from '../kind';
import { permissionRequests } from '../permission';
import { claudeCanary } from './canary';
import { createClaude } from './claude';
import { claudeDeny } from './deny';
import { claudeHome } from './discover';
import { claudeShapes } from './shapes';
import { toolTitle } from './title';

/**
 * How long ccbot waits for an answer to a background sub-agent, ms. Its dialog is not on the screen until then (measured
 * with 2.1.330), and somebody may be waiting at the terminal.
 */
const SUB_AGENT_LIMIT_MS = 10 * 60_000;

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
    // The user has a day to decide.
    events: { SessionStart: 10, UserPromptSubmit: 10, Stop: 10, PermissionRequest: 86_400 },
    switches: ['disableAllHooks'],
  },
  deny: claudeDeny,
  // Its dialog stays on the screen, so the first answer decides.
  requests: permissionRequests({
    limitMs: null,
    subAgentLimitMs: SUB_AGENT_LIMIT_MS,
    planModes: ['default', 'acceptEdits', 'auto'],
    shapes: claudeShapes,
    title: toolTitle,
  }),
  ownVariables: null,
  canary: claudeCanary,
  create: createClaude,
};
