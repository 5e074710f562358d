/** Variables that say where this process itself runs, or hold secrets; those of the agents come with them. */
const OWN =
  /^(?:TG_PROXY_URL|TMUX|TMUX_PANE|CCBOT_GENERATION|CCBOT_LOCK_FD|NODE_CHANNEL_.*|NOTIFY_SOCKET|WATCHDOG_.*|INVOCATION_ID|JOURNAL_STREAM)$|_BOT_TOKEN$/;

/**
 * Whether a window must not get this variable of ours, or of a tmux server that somebody else started. `more` are the
 * variables by which an agent tells the programs it runs of itself: ccbot may have been started by one.
 */
export function isOwn(variable: string, more: readonly RegExp[]): boolean {
  return OWN.test(variable) || more.some((own) => own.test(variable));
}

/** The environment for a new tmux server, and with it for every window: ours, without what is only for us. */
export function windowEnvironment(env: NodeJS.ProcessEnv, more: readonly RegExp[] = []): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([key]) => !isOwn(key, more)));
}
