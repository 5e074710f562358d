import { join } from 'node:path';
import type { AgentKind, HookSwitches } from '../kind';
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

/** Measured with 2.1.330, by a hook that did or did not run. Settings of a parent directory switch nothing off. */
const claudeSwitches: HookSwitches = {
  project: ['.claude/settings.local.json', '.claude/settings.json'],
  managed(platform) {
    const directory = platform === 'darwin' ? '/Library/Application Support/ClaudeCode' : '/etc/claude-code';
    return {
      file: join(directory, 'managed-settings.json'),
      directory: join(directory, 'managed-settings.d'),
    };
  },
  managedSwitches: ['allowManagedHooksOnly', 'strictPluginOnlyCustomization'],
  variables: ['CLAUDE_CODE_SIMPLE', 'CLAUDE_CODE_SAFE_MODE'],
};

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
    elsewhere: claudeSwitches,
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
