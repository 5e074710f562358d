import type { AgentKind } from '../kind';
import { createShell } from './shell';

/** Any command, as it is registered: the person writes the command line, and their shell runs it. */
export const shell: AgentKind = {
  id: 'shell',
  // It runs nothing of ccbot's.
  programs: [],
  pidVariable: null,
  statusLine: false,
  title: 'Shell',
  args: ['path', 'command'],
  settings: null,
  runner: (env) => [env['SHELL'] || '/bin/sh'],
  hooks: null,
  asks: null,
  ownVariables: null,
  canary: null,
  create: createShell,
};
