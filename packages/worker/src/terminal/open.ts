import type { Panes } from './panes';
import { createTmuxPanes, type TmuxOptions } from './tmux/panes';
import { tmuxVersion } from './tmux/server';

/** The terminal that is there: tmux, or a pty of our own where tmux is not installed (the caller tells the person). */
export async function openPanes(options: TmuxOptions, createPty: () => Promise<Panes>): Promise<Panes> {
  return (await tmuxVersion(options.env)) === null ? createPty() : createTmuxPanes(options);
}

/** Variables that say where this process itself runs, or hold secrets; a window gets none of them. */
const OWN =
  /^(?:TELEGRAM_BOT_TOKEN|TG_PROXY_URL|TMUX|TMUX_PANE|CCBOT_GENERATION|CCBOT_LOCK_FD|NODE_CHANNEL_.*|NOTIFY_SOCKET|WATCHDOG_.*|INVOCATION_ID|JOURNAL_STREAM|CLAUDECODE|CLAUDE_CODE_(?:ENTRYPOINT|SESSION_ID|CHILD_SESSION)|CLAUDE_PID)$|_BOT_TOKEN$/;

/** The environment for a new tmux server, and with it for every window: ours, without what is only for us. */
export function windowEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([key]) => !OWN.test(key)));
}
