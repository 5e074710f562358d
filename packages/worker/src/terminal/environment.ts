/** Variables that describe this process or hold secrets. Each agent adds its own. */
const OWN =
  /^(?:TG_PROXY_URL|CCBOT_ENV_FILE|TMUX|TMUX_PANE|CCBOT_GENERATION|CCBOT_LOCK_FD|CCBOT_TOKEN_STDIN|TELEGRAM_BOT_TOKEN_COMMAND|CREDENTIALS_DIRECTORY|NODE_CHANNEL_.*|NOTIFY_SOCKET|WATCHDOG_.*|INVOCATION_ID|JOURNAL_STREAM)$|_BOT_TOKEN$/;

/**
 * Whether a variable, of ours or of a tmux server that somebody else started, must not reach a window. `more` matches the
 * variables that an agent sets for the programs it runs: an agent may have started ccbot.
 */
export function isOwn(variable: string, more: readonly RegExp[]): boolean {
  return OWN.test(variable) || more.some((pattern) => pattern.test(variable));
}

/** The environment of a new tmux server and of every window in it: ours, without what is only for us. */
export function windowEnvironment(env: NodeJS.ProcessEnv, more: readonly RegExp[] = []): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([key]) => !isOwn(key, more)));
}
