import { differencesOf, environmentForService } from './service';

const token = '123456789:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
const sort = (env: Record<string, string>) => environmentForService(env, { token, resolve: () => null });

it('carries homes, certificates, proxies, locale and tools', () => {
  const env = {
    CLAUDE_CONFIG_DIR: '/home/x/.claude-work',
    CODEX_HOME: '/home/x/codex',
    NODE_EXTRA_CA_CERTS: '/etc/ca.pem',
    NODE_USE_SYSTEM_CA: '1',
    SSL_CERT_DIR: '/etc/certs',
    HTTPS_PROXY: 'http://u:p@proxy:3128',
    no_proxy: 'localhost',
    LANG: 'de_DE.UTF-8',
    LC_TIME: 'C',
    TZ: 'Europe/Berlin',
    XDG_CONFIG_HOME: '/home/x/cfg',
    SSH_AUTH_SOCK: '/run/user/1000/keyring/ssh',
    CLAUDE_CODE_USE_BEDROCK: '1',
    PATH: '/usr/bin',
  };
  expect(sort(env)).toEqual({ carried: env, secrets: [], temporary: [], unknown: [] });
});

it('names secrets and unknown variables, never their values', () => {
  const found = sort({
    ANTHROPIC_API_KEY: 'sk-1',
    OPENAI_API_KEY: 'sk-2',
    GITHUB_TOKEN: 'x',
    TELEGRAM_BOT_TOKEN: token,
    CCBOT_WEBHOOK: `https://api.telegram.org/bot${token}/x`,
    DB_PASSWORD: 'x',
    MY_OWN: 'x',
    LS_COLORS: 'x',
    EMPTY_API_KEY: '',
  });
  expect(found).toEqual({
    carried: {},
    secrets: [
      'ANTHROPIC_API_KEY',
      'CCBOT_WEBHOOK',
      'DB_PASSWORD',
      'GITHUB_TOKEN',
      'OPENAI_API_KEY',
      'TELEGRAM_BOT_TOKEN',
    ],
    temporary: [],
    unknown: ['MY_OWN'],
  });
});

it('leaves behind what ends with a login, a session or a window', () => {
  const found = sort({
    SSH_AUTH_SOCK: '/tmp/ssh-XXXXabcd/agent.12',
    TMPDIR: '/tmp/nix-shell-1',
    DISPLAY: ':0',
    TMUX: 'x',
    CLAUDECODE: '1',
    CLAUDE_CODE_ENTRYPOINT: 'cli',
    CLAUDE_CODE_SOMETHING: '1',
    NODE_OPTIONS: '--require /opt/x.js',
  });
  expect(found).toEqual({ carried: {}, secrets: [], temporary: ['SSH_AUTH_SOCK', 'TMPDIR'], unknown: [] });
});

it('writes a PATH that outlives the shell', () => {
  const { carried } = environmentForService(
    {
      npm_command: 'exec',
      PATH: [
        '/srv/p/node_modules/.bin',
        '/run/user/1000/fnm_multishells/12_34/bin',
        '/run/user/1000/fnm_multishells/gone/bin',
        '/tmp/shell.x/bin',
        'relative',
        '',
        '/home/x/.nvm/versions/node/v22.1.0/bin',
        '/usr/bin',
        '/usr/bin',
      ].join(':'),
    },
    { token: '', resolve: (path) => (path.includes('gone') ? null : '/home/x/fnm/node-versions/v22/bin') },
  );
  expect(carried['PATH']).toBe(
    '/home/x/fnm/node-versions/v22/bin:/home/x/.nvm/versions/node/v22.1.0/bin:/usr/bin',
  );
});

it('carries no name that a service manager or shell refuses', () => {
  expect(
    sort({ 'LC_X"Y': '1', 'LC_A B': '1', 'LC_A\nB': '1', 'BASH_FUNC_x%%': '() { :; }' }).carried,
  ).toEqual({});
});

it('compares a shell with what runs, and lets taste pass', () => {
  const shell = {
    CODEX_HOME: '/a',
    HTTPS_PROXY: 'http://p',
    SSL_CERT_FILE: '/ca',
    LANG: 'de_DE.UTF-8',
    PATH: '/a:/usr/bin:/b',
    CCBOT_DIR: '/x/',
  };
  const running = {
    HTTPS_PROXY: 'http://q',
    SSL_CERT_FILE: '/ca',
    CLAUDE_CONFIG_DIR: '/c',
    PATH: '/usr/bin:/c',
  };
  expect(differencesOf(shell, { ...running, CCBOT_DIR: '/x', LANG: 'C' })).toEqual({
    missing: ['CODEX_HOME'],
    other: ['HTTPS_PROXY'],
    extra: ['CLAUDE_CONFIG_DIR'],
    directories: ['/a', '/b'],
  });
});
