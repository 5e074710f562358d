import { join } from 'node:path';
import type { DenySetup } from '../kind';
import { codexHome } from './discover';

/** Where tmux usually is. Codex matches a full path only if the rules name it. */
const TMUX = [
  '/usr/bin/tmux',
  '/bin/tmux',
  '/usr/local/bin/tmux',
  '/opt/homebrew/bin/tmux',
  '/home/linuxbrew/.linuxbrew/bin/tmux',
];

const WHY = 'ccbot runs its agents in tmux';

/**
 * Rules in a file of their own in Codex's directory for rules. Measured with 0.169.0 (`test/e2e/deny-rules.test.ts`): they
 * hold without a sandbox and without approvals too, for a command and for the parts of a pipe or list. Not covered:
 * `sh -c`, `$(…)`, variables, scripts. Codex has no such rule for files: only a permission profile can hide a directory,
 * and it would replace the user's own sandbox mode.
 */
export const codexDeny: DenySetup = {
  rules: () => [
    `prefix_rule(pattern = ["tmux"], decision = "forbidden", justification = "${WHY}")`,
    `prefix_rule(pattern = ["env", "tmux"], decision = "forbidden", justification = "${WHY}")`,
    `host_executable(name = "tmux", paths = ${JSON.stringify(TMUX)})`,
  ],
  keepsFrom: 'running tmux, but not from doing so in a script or from reading ccbot’s files',
  place: { file: (home, env) => join(codexHome(home, env), 'rules', 'ccbot.rules') },
};
