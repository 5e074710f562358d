import { agentEnvironment, carriedToAgents, withheldNames } from './agents';

const names = (env: Record<string, string>, more?: Parameters<typeof agentEnvironment>[1]): string[] =>
  Object.keys(agentEnvironment(env, more));

it('passes no secrets and none of ccbot’s own variables on to agents', () => {
  const env = {
    PATH: '/bin',
    HOME: '/home/x',
    LANG: 'C.UTF-8',
    ANTHROPIC_API_KEY: 'the agent needs it',
    TELEGRAM_BOT_TOKEN: 'secret',
    OTHER_BOT_TOKEN: 'secret',
    TELEGRAM_URL: 'https://api.telegram.org/botsecret/getMe',
    TG_PROXY_URL: 'http://user:secret@proxy',
    TMUX: '/tmp/tmux-0/default,1,0',
    TMUX_PANE: '%1',
    NODE_CHANNEL_FD: '3',
    NODE_CHANNEL_SERIALIZATION_MODE: 'json',
    CCBOT_LOCK_FD: '4',
    CCBOT_ENV_FILE: '/etc/ccbot/work.env',
    CCBOT_RUNIT_SERVICE: '/service/ccbot',
    CCBOT_LAUNCHD_JOB: 'org.ccbot.supervisor',
    AN_AGENT: '1',
    NOTIFY_SOCKET: '/run/notify',
  };
  expect(names(env, { more: [/^AN_AGENT$/], secrets: ['secret'] })).toEqual([
    'PATH',
    'HOME',
    'LANG',
    'ANTHROPIC_API_KEY',
  ]);
  expect(names({ PATH: '/bin' }, { secrets: [''] })).toEqual(['PATH']); // no token is known
});

/** What Claude Code 2.1.330 sets for the commands of a session. */
const OF_A_SESSION = {
  CLAUDECODE: '1',
  AI_AGENT: 'claude-code_2-1-330_agent',
  CLAUDE_CODE_ENTRYPOINT: 'cli',
  CLAUDE_CODE_MESSAGING_SOCKET: '/tmp/x.sock',
  CLAUDE_CODE_MESSAGING_TOKEN: 'x',
  CLAUDE_CODE_EXECPATH: '/opt/claude',
  CLAUDE_CODE_SESSION_ID: 'x',
  CLAUDE_CODE_CHILD_SESSION: '1',
  CLAUDE_CODE_SESSION_ATTENDED: '1',
  CLAUDE_CODE_CHILD_NOTES_DIR: '/tmp/notes',
  CLAUDE_PID: '1',
  CLAUDE_EFFORT: 'high',
  GIT_EDITOR: 'true',
  NoDefaultCurrentDirectoryInExePath: '1',
  COREPACK_ENABLE_AUTO_PIN: '0',
};

/** What Codex 0.169.0 sets for them. */
const OF_CODEX = {
  CODEX_VERSION: '0.169.0',
  CODEX_SESSION_ID: 'x',
  CODEX_THREAD_ID: 'x',
  CODEX_CI: '1',
  CODEX_TOOL_CALL_ID: 'x',
  CODEX_APPLY_PATCH_PRESERVE_LINE_ENDINGS: '1',
  CODEX_SANDBOX_NETWORK_DISABLED: '1',
  COLORTERM: '',
  GH_PAGER: 'cat',
  GIT_PAGER: 'cat',
  PAGER: 'cat',
  NO_COLOR: '1',
  LC_ALL: 'C.UTF-8',
  LC_CTYPE: 'C.UTF-8',
};

it.each([
  ['Claude Code', OF_A_SESSION],
  ['Codex', OF_CODEX],
])('keeps nothing of a session of %s, and what the user has set', (_agent, session) => {
  const users = {
    HOME: '/home/x',
    CLAUDE_CONFIG_DIR: '/home/x/work',
    CLAUDE_CODE_USE_BEDROCK: '1',
    CLAUDE_CODE_MAX_OUTPUT_TOKENS: '9000',
    AWS_PROFILE: 'work',
    CODEX_HOME: '/home/x/codex',
    HTTPS_PROXY: 'http://proxy:3128',
  };
  expect(agentEnvironment({ ...session, ...users })).toEqual(users);
});

it('believes an unknown variable of Claude Code unless a session is around it', () => {
  const env = { CLAUDE_CODE_NEW_IN_2027: '1', CLAUDE_CODE_SIMPLE: '1', PAGER: 'less', NO_COLOR: '1' };
  expect(agentEnvironment(env)).toEqual(env);
  expect(names({ ...env, CLAUDECODE: '1' })).toEqual(['PAGER', 'NO_COLOR']);
  expect(names({ ...env, CLAUDECODE: '' })).toContain('CLAUDE_CODE_NEW_IN_2027');
});

it('gives an agent its own login where a desktop app manages another one', () => {
  const own = { ANTHROPIC_API_KEY: 'key', ANTHROPIC_BASE_URL: 'http://127.0.0.1:5', ANTHROPIC_MODEL: 'opus' };
  const host = { CLAUDE_CODE_PROVIDER_MANAGED_BY_HOST: '1', CLAUDE_CODE_SDK_HAS_OAUTH_REFRESH: '1' };
  expect(names({ ...own, CLAUDE_CODE_OAUTH_TOKEN: 't' })).toHaveLength(4);
  expect(names({ ...own, ...host, CLAUDE_CODE_OAUTH_TOKEN: 't' })).toEqual(['ANTHROPIC_MODEL']);
  expect(names({ CLAUDE_CODE_HOST_AUTH_ENV_VAR: 'ANTHROPIC_AUTH_TOKEN', ANTHROPIC_AUTH_TOKEN: 'x' })).toEqual(
    [],
  );
});

it('leaves npm’s variables and directories with npm', () => {
  const env = {
    npm_lifecycle_event: 'start',
    npm_config_local_prefix: '/srv/ccbot',
    INIT_CWD: '/srv/ccbot',
    NODE: '/usr/bin/node',
    PATH: '/srv/ccbot/node_modules/.bin:/usr/lib/node_modules/npm/node_modules/@npmcli/run-script/lib/node-gyp-bin:/usr/bin:/home/x/bin',
  };
  expect(agentEnvironment(env)).toEqual({ PATH: '/usr/bin:/home/x/bin' });
  const users = { npm_config_registry: 'https://npm.example', PATH: '/home/x/p/node_modules/.bin:/usr/bin' };
  expect(agentEnvironment(users)).toEqual(users);
});

it.each([
  ['--require /opt/vscode/bootloader.js', false],
  ['--max-old-space-size=100 -r ./x', false],
  ['--inspect-publish-uid=http', false],
  ['--import=file:///x.mjs', false],
  ['--max-old-space-size=8192', true],
  ['--use-openssl-ca --report-on-signal', true],
])('NODE_OPTIONS %s: kept %s', (NODE_OPTIONS, isKept) => {
  expect(names({ NODE_OPTIONS, ELECTRON_RUN_AS_NODE: '1' })).toEqual(isKept ? ['NODE_OPTIONS'] : []);
});

it('takes the editor’s programs away with its window', () => {
  const env = { GIT_ASKPASS: '/opt/code/askpass.sh', BROWSER: '/opt/code/browser.sh' };
  expect(agentEnvironment(env)).toEqual(env);
  expect(names({ ...env, VSCODE_GIT_IPC_HANDLE: '/run/user/1000/x.sock' })).toEqual([]);
});

describe('a tmux server with another environment', () => {
  it('gets the variables that a service carries, and no secrets', () => {
    const env = {
      PATH: '/bin',
      NODE_EXTRA_CA_CERTS: '/ca.pem',
      ANTHROPIC_API_KEY: 'k',
      MY_OWN: 'x',
      LC_TIME: 'C',
    };
    expect(carriedToAgents(env, {}).values).toEqual({
      PATH: '/bin',
      NODE_EXTRA_CA_CERTS: '/ca.pem',
      LC_TIME: 'C',
    });
  });

  it('loses another home of an agent, and keeps what decides about no home', () => {
    const server = {
      CLAUDE_CONFIG_DIR: '/other',
      CODEX_HOME: '/there',
      HTTPS_PROXY: 'http://p',
      MY_OWN: 'x',
    };
    expect(carriedToAgents({ CODEX_HOME: '/home/x/codex' }, server)).toEqual({
      values: { CODEX_HOME: '/home/x/codex' },
      absent: ['CLAUDE_CONFIG_DIR'],
    });
  });

  it('loses what a session or an app left in it', () => {
    expect(withheldNames({ ...OF_A_SESSION, TERM: 'tmux', CLAUDE_CODE_OTHER: '1' }).toSorted()).toEqual(
      [...Object.keys(OF_A_SESSION), 'CLAUDE_CODE_OTHER'].toSorted(),
    );
  });
});
