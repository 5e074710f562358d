import type { AgentKind } from '../kind';
import { createShell } from './shell';

/** Any command: the user writes the command line, and their shell runs it. */
export const shell: AgentKind = {
  id: 'shell',
  // It runs no hooks of ccbot.
  programs: [],
  pidVariable: null,
  statusLine: false,
  title: 'Shell',
  args: ['path', 'command'],
  settings: null,
  runner: (env) => [env['SHELL'] || '/bin/sh'],
  hooks: null,
  deny: null,
  requests: null,
  ownVariables: null,
  canary: null,
  create: createShell,
};
