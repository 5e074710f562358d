import { join } from 'node:path';
import type { CanarySetup } from '../kind';

/** A home in which Claude Code skips its first-run pages and talks to the canary's model. */
export const claudeCanary: CanarySetup = {
  flags: ['--permission-mode', 'default'],
  prepare({ home, project, url, secret }) {
    const key = `sk-ant-canary-${secret}`;
    const state = {
      hasCompletedOnboarding: true,
      theme: 'dark',
      projects: { [project]: { hasTrustDialogAccepted: true } },
      customApiKeyResponses: { approved: [key.slice(-20)] },
    };
    return {
      directories: [join(home, '.claude')],
      files: { [join(home, '.claude.json')]: JSON.stringify(state) },
      env: {
        ANTHROPIC_BASE_URL: url,
        ANTHROPIC_API_KEY: key,
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
        DISABLE_AUTOUPDATER: '1',
        DISABLE_TELEMETRY: '1',
        DISABLE_ERROR_REPORTING: '1',
      },
    };
  },
  asking: (command) => ({ name: 'Bash', input: { command } }),
};
