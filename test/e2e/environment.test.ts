import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { claudeProgram, prepareSystem, WORKER, type System } from './harness/system';
import { botSays, startSession } from './harness/chat';

/** What a terminal of Claude Code's desktop app and of an editor has, together with what `npm start` adds. */
const OF_APPS = {
  CLAUDECODE: '1',
  CLAUDE_CODE_ENTRYPOINT: 'claude-desktop',
  CLAUDE_CODE_PROVIDER_MANAGED_BY_HOST: '1',
  CLAUDE_CODE_SDK_HAS_OAUTH_REFRESH: '1',
  CLAUDE_CODE_HOST_AUTH_ENV_VAR: 'ANTHROPIC_AUTH_TOKEN',
  CLAUDE_CODE_SESSION_ID: '01234567-89ab-4def-8123-456789abcdef',
  CLAUDE_CODE_OF_A_LATER_VERSION: '1',
  ANTHROPIC_AUTH_TOKEN: 'of-the-app',
  // Nobody listens there any more.
  ANTHROPIC_BASE_URL: 'http://127.0.0.1:9',
  ELECTRON_RUN_AS_NODE: '1',
  VSCODE_IPC_HOOK_CLI: '/run/user/0/vscode-ipc.sock',
  npm_lifecycle_event: 'start',
  npm_config_local_prefix: '/srv/elsewhere',
};

/** Gives Claude Code a login of its own in `directory`, and there alone the address of the scripted model. */
function logIn({ home, project, model }: System, directory: string): void {
  mkdirSync(directory, { recursive: true });
  const oauth = {
    accessToken: `sk-ant-oat01-${'a'.repeat(40)}`,
    refreshToken: `sk-ant-ort01-${'a'.repeat(40)}`,
    expiresAt: 4_102_444_800_000,
    scopes: ['user:inference', 'user:profile'],
    subscriptionType: 'max',
  };
  writeFileSync(join(directory, '.credentials.json'), JSON.stringify({ claudeAiOauth: oauth }), {
    mode: 0o600,
  });
  writeFileSync(
    join(directory, 'settings.json'),
    JSON.stringify({ env: { ANTHROPIC_BASE_URL: model.url }, permissions: { allow: ['Bash(env)'] } }),
  );
  const state = readFileSync(join(home, '.claude.json'), 'utf8');
  expect(state).toContain(project);
  writeFileSync(join(directory, '.claude.json'), state);
}

describe('started from a desktop app, on a tmux server with another environment', () => {
  let system: System;

  beforeAll(async () => {
    system = await prepareSystem({
      installHooks: false,
      rules: [
        ({ prompt, results }) =>
          prompt === 'show' && results.length === 0
            ? { blocks: [{ type: 'tool_use', name: 'Bash', input: { command: 'env', description: 'x' } }] }
            : null,
      ],
    });
    const directory = join(system.dir, 'claude at work');
    delete system.env['ANTHROPIC_API_KEY'];
    Object.assign(system.env, OF_APPS, { CLAUDE_CONFIG_DIR: directory, LC_TIME: 'C' });
    logIn(system, directory);
    // Somebody's tmux server, which knows nothing of this.
    system.tmux('new-session', '-d', '-s', 'mine');
    system.tmux('set-environment', '-g', 'CODEX_HOME', '/of/another/ccbot');
    const hooks = system.run(WORKER, 'hook', '--install', '--agent', 'claude');
    expect(hooks.stdout).toContain(directory);
    system.supervise();
    await startSession(system);
  });
  afterAll(() => system.stop());

  it('has an environment in which Claude Code says that nobody is logged in', () => {
    const status = (env: Record<string, string>) =>
      spawnSync(claudeProgram(), ['auth', 'status'], { env, encoding: 'utf8' }).stdout;
    const { ANTHROPIC_AUTH_TOKEN, ...withoutToken } = system.env;
    expect(ANTHROPIC_AUTH_TOKEN).toBe('of-the-app');
    expect(status(withoutToken)).toContain('"loggedIn": false');
    const { CLAUDE_CONFIG_DIR = '', HOME = '', PATH = '' } = system.env;
    expect(status({ CLAUDE_CONFIG_DIR, HOME, PATH })).toContain('"loggedIn": true');
  });

  it('has an agent that is logged in and answers', async () => {
    system.telegram.owner.say('hello');
    await botSays(system, 'You said: hello');
  });

  it('gives it its home and locale, and nothing of the app, of npm or of another ccbot', async () => {
    system.telegram.owner.say('show');
    const { results } = await system.model.waitFor((request) => request.results.length > 0);
    const names = (results[0] ?? '').split('\n').map((line) => line.split('=')[0]);
    expect(names).toEqual(expect.arrayContaining(['CLAUDE_CONFIG_DIR', 'LC_TIME', 'CCBOT_SESSION']));
    // Claude Code sets some of these itself, for the command.
    const left = [...Object.keys(OF_APPS), 'CODEX_HOME', 'TELEGRAM_BOT_TOKEN'].filter((name) =>
      names.includes(name),
    );
    const own = ['CLAUDECODE', 'CLAUDE_CODE_ENTRYPOINT', 'CLAUDE_CODE_SESSION_ID', 'ANTHROPIC_BASE_URL'];
    expect(left.filter((name) => !own.includes(name))).toEqual([]);
    expect(results[0]).not.toContain('claude-desktop');
    expect(results[0]).not.toContain('http://127.0.0.1:9\n');
  });
});
