import type { DenySetup } from '../kind';

/**
 * Deny rules for the user settings. Claude Code looks at them before anything else, also with
 * `--dangerously-skip-permissions`. Measured with 2.1.330 (`test/e2e/deny-rules.test.ts`): `Read` and `Edit` cover its
 * file tools and what it recognizes as reading or writing in a command, through links and relative paths too; a rule for
 * `tmux` also covers its full path, `env tmux` and the like. The last two cover commands it does not recognize, such as
 * `cp`. Not covered: what a script or an interpreter does without naming the directory (`sh -c`, `python3 -c`), and `<`.
 */
export const claudeDeny: DenySetup = {
  rules: (dir) => [
    `Read(/${dir}/**)`, // two slashes: an absolute path
    `Edit(/${dir}/**)`,
    'Bash(tmux:*)',
    `Bash(*${dir}/*)`,
    'Bash(*CCBOT_DIR*)',
  ],
  keepsFrom: 'reading or changing ccbot’s files and running tmux, but not from doing so in a script',
  place: { list: ['permissions', 'deny'] },
};
