/** What starts ccbot and leaves variables of its own behind. Each is recognised by its marks in {@link ORIGINS}. */
export type Origin = 'claude' | 'claude-host' | 'codex' | 'npm' | 'editor';

/** If one of these variables is set, the environment comes from there. A `*` in a name stands for any text. */
export const ORIGINS: Readonly<Record<Origin, { title: string; marks: readonly string[] }>> = {
  claude: {
    title: 'a session of Claude Code',
    marks: ['CLAUDECODE', 'CLAUDE_CODE_ENTRYPOINT', 'CLAUDE_CODE_SESSION_ID', 'CLAUDE_CODE_CHILD_SESSION'],
  },
  'claude-host': {
    title: 'a program that manages the login of Claude Code, such as its desktop app',
    marks: [
      'CLAUDE_CODE_PROVIDER_MANAGED_BY_HOST',
      'CLAUDE_CODE_HOST_AUTH_ENV_VAR',
      'CLAUDE_CODE_HOST_CREDS_FILE',
    ],
  },
  codex: {
    title: 'a session of Codex',
    marks: ['CODEX_CI', 'CODEX_THREAD_ID', 'CODEX_SESSION_ID', 'CODEX_SANDBOX*'],
  },
  npm: { title: 'npm', marks: ['npm_lifecycle_event', 'npm_command'] },
  editor: { title: 'the terminal of an editor', marks: ['VSCODE_*'] },
};

/**
 * What becomes of a variable of the shell when `ccbot service install` writes the service. `carried`: it is written into
 * the service's file. `if-permanent`: only if its value is a path that will be there after this login. `secret`: never
 * written, and its name is shown. `left`: not written.
 */
export type ServiceRule = 'carried' | 'if-permanent' | 'secret' | 'left';

/** Whether agents get a variable of ccbot's environment. */
export type AgentRule = 'kept' | 'removed';

export interface EnvironmentRow {
  /** At most one `*` in each stands for any text. */
  names: readonly string[];
  /** The row counts only in an environment that comes from there. */
  from?: Origin;
  /** The row counts only if the value makes Node.js load code or open a debugger. */
  loadsCode?: true;
  service: ServiceRule;
  agents: AgentRule;
  /** Says where an agent has its files. A window gets ccbot's value or none: ccbot looks for the files there. */
  isPlace?: true;
  /** Another value works as well, so `ccbot doctor` does not warn about it. */
  isTaste?: true;
  /** For the reader of docs/environment.md. */
  why: string;
}

/**
 * Every variable that ccbot decides about at its two borders: from your shell into the service, and from ccbot into the
 * agents. The first row that counts decides; the last one stands for all others. `docs/environment.md` is generated from
 * this table. What is said of Claude Code and Codex was measured with 2.1.330 and 0.169.0.
 */
export const ENVIRONMENT: readonly EnvironmentRow[] = [
  // ccbot itself
  {
    names: ['TELEGRAM_BOT_TOKEN', '*_BOT_TOKEN'],
    service: 'secret',
    agents: 'removed',
    why: 'Whoever has a bot token can read the chat and act as you. It belongs into the settings file.',
  },
  {
    names: ['TELEGRAM_BOT_TOKEN_COMMAND', 'TG_PROXY_URL', 'CREDENTIALS_DIRECTORY'],
    service: 'left',
    agents: 'removed',
    why: 'They lead to the token or contain a password. Settings belong into the settings file; systemd sets the directory.',
  },
  {
    names: ['CCBOT_CLUSTER_*'],
    service: 'left',
    agents: 'removed',
    why: 'They lead to the cluster and to its credentials. Settings belong into the settings file.',
  },
  {
    names: ['CCBOT_DIR'],
    service: 'carried',
    agents: 'kept',
    why: 'Where ccbot is. The agents’ hooks look there too.',
  },
  {
    names: ['CCBOT_ENV_FILE'],
    service: 'carried',
    agents: 'removed',
    why: 'The settings file of `--env-file`.',
  },
  {
    names: [
      'CCBOT_GENERATION',
      'CCBOT_LOCK_FD',
      'CCBOT_TOKEN_STDIN',
      'CCBOT_ALLOCATOR',
      'CCBOT_ORPHAN_WATCH',
      'CCBOT_RUNIT_SERVICE',
      'CCBOT_LAUNCHD_JOB',
      'NODE_CHANNEL_*',
      'NOTIFY_SOCKET',
      'WATCHDOG_*',
      'INVOCATION_ID',
      'JOURNAL_STREAM',
      'LISTEN_*',
      'MANAGERPID',
      'SYSTEMD_EXEC_PID',
      'MEMORY_PRESSURE_*',
    ],
    service: 'left',
    agents: 'removed',
    why: 'They describe one process of ccbot or its connection to the service manager.',
  },
  // What a session of an agent, an editor or npm leaves behind
  {
    names: [
      'ANTHROPIC_API_KEY',
      'ANTHROPIC_AUTH_TOKEN',
      'ANTHROPIC_BASE_URL',
      'ANTHROPIC_CUSTOM_HEADERS',
      'ANTHROPIC_UNIX_SOCKET',
      'CLAUDE_CODE_OAUTH_*',
      'CLAUDE_CODE_USE_GATEWAY',
    ],
    from: 'claude-host',
    service: 'left',
    agents: 'removed',
    why: 'Login and address that the program gave its own agent. They end with that program; an agent of ccbot uses its own login.',
  },
  {
    names: [
      'CLAUDE_CODE_PROVIDER_MANAGED_BY_HOST',
      'CLAUDE_CODE_HOST_*',
      'CLAUDE_CODE_SDK_*',
      'CLAUDE_AGENT_SDK_*',
      'CLAUDE_CODE_DESKTOP_*',
      'CLAUDE_CODE_*_FILE_DESCRIPTOR',
    ],
    service: 'left',
    agents: 'removed',
    why: 'They say that another program provides the login: with `CLAUDE_CODE_PROVIDER_MANAGED_BY_HOST=1` alone, a logged-in Claude Code says “Not logged in”; with a descriptor that is not there, it does not start.',
  },
  {
    names: [
      'CLAUDECODE',
      'CLAUDE_PID',
      'CLAUDE_EFFORT',
      'CLAUDE_ENV_FILE',
      'CLAUDE_JOB_DIR',
      'CLAUDE_PROJECT_DIR',
      'CLAUDE_SESSION_*',
      'CLAUDE_CODE_ENTRYPOINT*',
      'CLAUDE_CODE_EXECPATH',
      'CLAUDE_CODE_SESSION_*',
      'CLAUDE_CODE_CHILD_*',
      'CLAUDE_CODE_MESSAGING_*',
      'CLAUDE_CODE_BRIDGE_*',
      'CLAUDE_CODE_REMOTE*',
      'CLAUDE_CODE_SSE_PORT',
      'CLAUDE_CODE_SPAWN*',
      'CLAUDE_CODE_WORKER_*',
      'CLAUDE_BG_*',
      'CLAUDE_BRIDGE_*',
      'CLAUDE_INTERNAL_*',
      'CLAUDE_PLUGIN_*',
      'CLAUDE_PTY_*',
      'CLAUDE_RUNNER_*',
      'CLAUDE_SSH_*',
      'AI_AGENT',
    ],
    service: 'left',
    agents: 'removed',
    why: 'Claude Code sets them for the programs of one session. A new agent would take itself for a part of that session: it leaves its transcript out, or speaks to the wrong process.',
  },
  {
    names: [
      'CODEX_THREAD_ID',
      'CODEX_SESSION_ID',
      'CODEX_TOOL_CALL_ID',
      'CODEX_CI',
      'CODEX_VERSION',
      'CODEX_SANDBOX*',
      'CODEX_PERMISSION_PROFILE',
      'CODEX_NETWORK_*',
      'CODEX_SNAPSHOT_*',
      'CODEX_EXEC_SERVER_*',
      'CODEX_MANAGED_*',
      'CODEX_INTERNAL_*',
      'CODEX_APPLY_PATCH_*',
    ],
    service: 'left',
    agents: 'removed',
    why: 'Codex sets them for the commands of one session. With `CODEX_SANDBOX_NETWORK_DISABLED` a program believes that it has no network.',
  },
  {
    names: ['PAGER', 'GIT_PAGER', 'GH_PAGER', 'NO_COLOR', 'LC_ALL', 'LC_CTYPE', 'COLORTERM'],
    from: 'codex',
    service: 'left',
    agents: 'removed',
    why: 'Codex sets them for the commands it runs: no pager, no colours, an English locale.',
  },
  {
    names: ['GIT_EDITOR', 'NoDefaultCurrentDirectoryInExePath', 'COREPACK_ENABLE_AUTO_PIN', 'TRACEPARENT'],
    from: 'claude',
    service: 'left',
    agents: 'removed',
    why: 'Claude Code sets them for the commands it runs.',
  },
  {
    names: ['GIT_ASKPASS', 'SSH_ASKPASS', 'BROWSER', 'NODE_PATH', 'GIT_EDITOR'],
    from: 'editor',
    service: 'left',
    agents: 'removed',
    why: 'They ask in the window of the editor, and fail once it is closed.',
  },
  {
    names: ['ELECTRON_*', 'VSCODE_*', 'CURSOR_*', 'CHROME_DESKTOP', 'ORIGINAL_XDG_CURRENT_DESKTOP'],
    service: 'left',
    agents: 'removed',
    why: 'They connect a program with the window of an editor. With `ELECTRON_RUN_AS_NODE` an Electron program behaves as Node.js.',
  },
  {
    names: ['npm_*', 'INIT_CWD', 'NODE', 'COLOR', 'EDITOR'],
    from: 'npm',
    service: 'left',
    agents: 'removed',
    why: '`npm start` sets them for ccbot’s clone. In another project, npm would work on the clone.',
  },
  {
    names: ['TMUX', 'TMUX_PANE', 'STY'],
    service: 'left',
    agents: 'removed',
    why: 'They name the window that ccbot was started in. tmux sets them for each new window.',
  },
  {
    names: ['NODE_OPTIONS'],
    loadsCode: true,
    service: 'left',
    agents: 'removed',
    why: 'An editor or desktop app puts its debugger or a file of its own into every Node.js; without that file, none starts.',
  },
  // Secrets
  {
    names: [
      'CLAUDE_CODE_OAUTH_TOKEN',
      'CLAUDE_CODE_OAUTH_REFRESH_TOKEN',
      'CLAUDE_CODE_CLIENT_KEY_PASSPHRASE',
    ],
    service: 'secret',
    agents: 'kept',
    why: 'A login that you gave it. In the service, use Claude Code’s own login.',
  },
  {
    names: [
      'ANTHROPIC_API_KEY',
      'ANTHROPIC_AUTH_TOKEN',
      'ANTHROPIC_CUSTOM_HEADERS',
      'ANTHROPIC_FOUNDRY_API_KEY',
    ],
    service: 'secret',
    agents: 'kept',
    why: 'A key does not go into a file that shows it. In the service, use the agent’s own login, or `env` in its settings.',
  },
  {
    names: ['CODEX_API_KEY', 'CODEX_ACCESS_TOKEN', 'OPENAI_API_KEY'],
    service: 'secret',
    agents: 'kept',
    why: 'Keys of Codex. In the service, use `codex login`.',
  },
  // Claude Code
  {
    names: ['CLAUDE_CONFIG_DIR', 'CLAUDE_SECURESTORAGE_CONFIG_DIR'],
    isPlace: true,
    service: 'carried',
    agents: 'kept',
    why: 'Where Claude Code has its login, settings, hooks and transcripts. Without it an agent starts with the first-run questions, and ccbot looks for transcripts in another place.',
  },
  {
    names: [
      'CLAUDE_CODE_USE_BEDROCK',
      'CLAUDE_CODE_USE_VERTEX',
      'CLAUDE_CODE_USE_FOUNDRY',
      'CLAUDE_CODE_USE_MANTLE',
      'CLAUDE_CODE_USE_ANTHROPIC_*',
      'CLAUDE_CODE_SKIP_*_AUTH',
      'CLAUDE_CODE_CLIENT_*',
      'CLAUDE_CODE_CERT_STORE',
      'CLAUDE_CODE_HTTP_PROXY',
      'CLAUDE_CODE_HTTPS_PROXY',
      'CLAUDE_CODE_PROXY_*',
      'CLAUDE_CODE_DISABLE_*',
      'CLAUDE_CODE_ENABLE_*',
      'CLAUDE_CODE_MAX_*',
      'CLAUDE_CODE_SHELL*',
      'CLAUDE_CODE_SUBAGENT_MODEL*',
      'CLAUDE_CODE_EFFORT_LEVEL',
    ],
    service: 'carried',
    agents: 'kept',
    why: 'Settings that you chose: another provider (Bedrock, Vertex, Foundry), certificates, a proxy, limits.',
  },
  {
    names: ['CLAUDE_CODE_*', 'CLAUDE_*'],
    from: 'claude',
    service: 'left',
    agents: 'removed',
    why: 'Nobody can tell by their names whether you set them or the session. It sets dozens, and other ones in every version.',
  },
  {
    names: [
      '*_API_KEY',
      '*_TOKEN',
      '*_SECRET',
      '*_SECRET_KEY',
      '*_ACCESS_KEY',
      '*_PASSWORD',
      '*_PASSPHRASE',
      'AWS_BEARER_TOKEN_*',
      'AWS_ACCESS_KEY_ID',
      'AWS_SESSION_*',
    ],
    service: 'secret',
    agents: 'kept',
    why: 'Looks like a secret. Put it where the tool that needs it looks by itself.',
  },
  {
    names: ['CLAUDE_CODE_*', 'CLAUDE_*'],
    service: 'carried',
    agents: 'kept',
    why: 'Without a session around it, you set them.',
  },
  {
    names: [
      'ANTHROPIC_*',
      'VERTEX_REGION_*',
      'CLOUD_ML_REGION',
      'AWS_PROFILE',
      'AWS_REGION',
      'AWS_DEFAULT_REGION',
      'AWS_CONFIG_FILE',
      'AWS_SHARED_CREDENTIALS_FILE',
      'AWS_ENDPOINT_URL*',
      'GOOGLE_APPLICATION_CREDENTIALS',
      'GOOGLE_CLOUD_PROJECT',
      'DISABLE_AUTOUPDATER',
      'DISABLE_TELEMETRY',
      'DISABLE_ERROR_REPORTING',
      'MAX_THINKING_TOKENS',
      'MCP_TIMEOUT',
      'MCP_TOOL_TIMEOUT',
      'BASH_DEFAULT_TIMEOUT_MS',
      'BASH_MAX_TIMEOUT_MS',
      'API_TIMEOUT_MS',
      'IS_SANDBOX',
    ],
    service: 'carried',
    agents: 'kept',
    why: 'Which model and which service Claude Code asks, and its limits.',
  },
  // Codex
  {
    names: ['CODEX_HOME', 'CODEX_SQLITE_HOME'],
    isPlace: true,
    service: 'carried',
    agents: 'kept',
    why: 'Where Codex has its login, settings, hooks and sessions. It does not start if the directory is not there.',
  },
  {
    names: ['CODEX_*', 'OPENAI_*'],
    service: 'carried',
    agents: 'kept',
    why: 'Settings of Codex that you chose.',
  },
  // Network
  {
    names: [
      'HTTPS_PROXY',
      'HTTP_PROXY',
      'ALL_PROXY',
      'NO_PROXY',
      'https_proxy',
      'http_proxy',
      'all_proxy',
      'no_proxy',
      'NODE_USE_ENV_PROXY',
    ],
    service: 'carried',
    agents: 'kept',
    why: 'Without the proxy, agents have no connection. A password in it is in the service’s file, which only you can read. ccbot’s own proxy is the setting `TG_PROXY_URL`.',
  },
  {
    names: [
      'NODE_EXTRA_CA_CERTS',
      'NODE_USE_SYSTEM_CA',
      'SSL_CERT_FILE',
      'SSL_CERT_DIR',
      'NIX_SSL_CERT_FILE',
      'CURL_CA_BUNDLE',
      'REQUESTS_CA_BUNDLE',
      'AWS_CA_BUNDLE',
      'PIP_CERT',
      'GIT_SSL_CAINFO',
    ],
    service: 'carried',
    agents: 'kept',
    why: 'Certificates of your network. Without them every connection of ccbot and of agents fails with an unknown authority. Node.js reads them once, when it starts.',
  },
  {
    names: ['NODE_TLS_REJECT_UNAUTHORIZED'],
    service: 'left',
    agents: 'kept',
    why: 'It turns off the check of certificates. Use `NODE_EXTRA_CA_CERTS`.',
  },
  // Shell
  {
    names: ['PATH'],
    service: 'carried',
    agents: 'kept',
    why: 'Where agents, tmux and their tools are. Entries that end with this shell (fnm’s per-shell directories, what npm adds) are replaced or left out.',
  },
  {
    names: ['HOME', 'TMUX_TMPDIR'],
    service: 'carried',
    agents: 'kept',
    why: 'Where everything of yours is, and where tmux has its socket.',
  },
  {
    names: ['LANG', 'LANGUAGE', 'LC_*', 'TZ', 'SHELL', 'EDITOR', 'VISUAL', 'PAGER'],
    isTaste: true,
    service: 'carried',
    agents: 'kept',
    why: 'Language, time zone and programs of choice. Without a locale, programs print question marks for letters.',
  },
  {
    names: ['XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_STATE_HOME', 'XDG_CACHE_HOME'],
    service: 'carried',
    agents: 'kept',
    why: 'Where tmux, git and other tools have their files.',
  },
  {
    names: ['SSH_AUTH_SOCK', 'TMPDIR'],
    service: 'if-permanent',
    agents: 'kept',
    why: 'The agent of a desktop keeps its socket in your home or run-time directory; the one of an SSH connection ends with it, and so does the temporary directory of a shell.',
  },
  {
    names: [
      'XDG_*',
      'DBUS_SESSION_BUS_ADDRESS',
      'DISPLAY',
      'WAYLAND_DISPLAY',
      'XAUTHORITY',
      'SSH_*',
      'TERM',
      'COLORTERM',
      'TERM_*',
      'USER',
      'LOGNAME',
      'MAIL',
      'PWD',
      'OLDPWD',
      'SHLVL',
      '_',
      'LS_COLORS',
      'LESS*',
      'PS1',
      'HISTFILE',
      'HISTSIZE',
      'COLUMNS',
      'LINES',
      'DESKTOP_SESSION',
      'GDMSESSION',
      'SESSION_MANAGER',
      'WINDOWID',
      'GPG_AGENT_INFO',
      'BASH_FUNC_*',
      'HOSTNAME',
    ],
    service: 'left',
    agents: 'kept',
    why: 'They belong to this terminal or login. The service manager sets those that a service needs.',
  },
  // Tools
  {
    names: ['NODE_OPTIONS', 'NODE_ICU_DATA', 'NODE_NO_WARNINGS'],
    service: 'carried',
    agents: 'kept',
    why: 'Options without code, such as `--max-old-space-size`.',
  },
  {
    names: [
      'JAVA_HOME',
      'GOPATH',
      'GOROOT',
      'GOPROXY',
      'CARGO_HOME',
      'RUSTUP_HOME',
      'NVM_DIR',
      'FNM_DIR',
      'N_PREFIX',
      'NODENV_ROOT',
      'VOLTA_HOME',
      'ASDF_*',
      'MISE_*',
      'PYENV_ROOT',
      'RBENV_ROOT',
      'PNPM_HOME',
      'BUN_INSTALL',
      'DENO_INSTALL',
      'ANDROID_HOME',
      'ANDROID_SDK_ROOT',
      'HOMEBREW_*',
      'NIX_PATH',
      'NIX_PROFILES',
      'DOCKER_HOST',
      'KUBECONFIG',
      'GIT_CONFIG_GLOBAL',
      'npm_config_*',
      'NPM_CONFIG_*',
      'PREFIX',
      'LD_LIBRARY_PATH',
    ],
    service: 'carried',
    agents: 'kept',
    why: 'Where tools and version managers have their files.',
  },
  {
    names: ['*'],
    service: 'left',
    agents: 'kept',
    why: 'ccbot does not know what it is for.',
  },
];
