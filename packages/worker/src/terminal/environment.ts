/** Variables that say where this process itself runs, or hold secrets. */
const OWN =
  /^(?:TG_PROXY_URL|TMUX|TMUX_PANE|CCBOT_GENERATION|CCBOT_LOCK_FD|NODE_CHANNEL_.*|NOTIFY_SOCKET|WATCHDOG_.*|INVOCATION_ID|JOURNAL_STREAM|CLAUDECODE|CLAUDE_CODE_(?:ENTRYPOINT|SESSION_ID|CHILD_SESSION)|CLAUDE_PID)$|_BOT_TOKEN$/;

/** Whether a window must not get this variable of ours, or of a tmux server that somebody else started. */
export function isOwn(variable: string): boolean {
  return OWN.test(variable);
}

/** The environment for a new tmux server, and with it for every window: ours, without what is only for us. */
export function windowEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([key]) => !isOwn(key)));
}
