import { join } from 'node:path';
import type { AgentKind } from '../kind';
import { permissionRequests } from '../permission';
import { fields } from '../record';
import { codexCanary } from './canary';
import { createCodex } from './codex';
import { codexDeny } from './deny';
import { codexHome } from './discover';
import { codexShapes } from './shapes';
import { toolTitle } from './title';

/**
 * How long the hook waits for the user's decision, ms. Codex shows its own dialog only after the hook has ended, so
 * nobody can answer at the terminal until then. Afterwards the dialog is open, and the chat shows its keys.
 */
const ASK_LIMIT_MS = 120_000;

export const codex: AgentKind = {
  id: 'codex',
  programs: ['codex'],
  pidVariable: null,
  statusLine: false,
  title: 'Codex',
  args: ['name', 'path'],
  settings: { command: 'CODEX_COMMAND', flags: 'CODEX_FLAGS' },
  hooks: {
    file: (home, env) => join(codexHome(home, env), 'hooks.json'),
    // Longer than ASK_LIMIT_MS, so the hook ends by itself.
    events: { SessionStart: 10, UserPromptSubmit: 10, Stop: 10, PermissionRequest: 180 },
    afterInstall:
      'Codex asks once, at its terminal, whether it may run new hooks: choose “Trust all and continue”.',
  },
  deny: codexDeny,
  requests: permissionRequests({
    limitMs: ASK_LIMIT_MS,
    subAgentLimitMs: ASK_LIMIT_MS,
    planModes: [],
    shapes: codexShapes,
    title: (tool, input) => toolTitle(tool, fields(input)),
  }),
  ownVariables: null,
  canary: codexCanary,
  create: createCodex,
};
