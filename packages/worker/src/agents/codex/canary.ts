import { join } from 'node:path';
import type { CanarySetup } from '../kind';

/** A home in which Codex talks to the canary's model and asks nothing before its first turn. */
export const codexCanary: CanarySetup = {
  flags: ['-a', 'on-request'],
  prepare({ home, project, url, secret }) {
    const config = [
      'model = "gpt-5"',
      'model_provider = "canary"',
      'check_for_update_on_startup = false',
      '[model_providers.canary]',
      'name = "canary"',
      `base_url = "${url}/v1"`,
      'wire_api = "responses"',
      'env_key = "CANARY_KEY"',
      '[analytics]',
      'enabled = false',
      `[projects.${JSON.stringify(project)}]`,
      'trust_level = "trusted"',
    ];
    const state = join(home, '.codex');
    return {
      directories: [state],
      files: { [join(state, 'config.toml')]: `${config.join('\n')}\n` },
      env: { CANARY_KEY: secret },
    };
  },
  asking: (cmd) => ({
    name: 'exec_command',
    input: { cmd, sandbox_permissions: 'require_escalated', justification: 'The canary asks' },
  }),
};
