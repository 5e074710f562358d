import type { Paths } from '@ccbot/shared/config/paths';
import type { Config } from '@ccbot/shared/config/schema';
import { fault, FaultError } from '@ccbot/shared/faults/fault';
import type { Log } from '@ccbot/shared/log/logger';
import type { Store } from '../store/open';
import type { Settings } from '../store/settings';
import type { BotApi } from '../telegram/api';
import type { Painter } from '../picture/painter';
import type { FileSource } from '../telegram/files';
import type { Panes } from '../terminal/panes';

/** What `main` hands to a run. */
export interface RunDeps {
  config: Config;
  paths: Paths;
  store: Store;
  panes: Panes;
  painter: Painter;
  /** For everything but polling. */
  api: BotApi;
  pollApi: BotApi;
  files: FileSource;
  log: Log;
  version: string;
  instance: string;
  env: Readonly<Record<string, string | undefined>>;
  home: string;
  cwd: string;
  now(): number;
  chance(): number;
}

/**
 * The bot's user name: asked once and remembered, so that sessions start while Telegram cannot be reached.
 * Throws a {@link FaultError} `TOKEN_REFUSED`.
 */
export async function botUsername(deps: Pick<RunDeps, 'api' | 'paths'>, settings: Settings): Promise<string> {
  const known = settings.get('bot', 'username');
  if (known !== undefined) return known;
  const me = await deps.api.call<{ username?: string }>('getMe', {}, { timeoutMs: 10_000 });
  if (me.ok) {
    const name = me.value.username ?? '';
    settings.set('bot', 'username', name);
    return name;
  }
  if (me.failure.kind === 'refused' && me.failure.reason === 'unauthorized') {
    throw new FaultError(fault('TOKEN_REFUSED', { file: deps.paths.env }));
  }
  return ''; // the poll loop deals with the network; the name is asked for again at the next start
}

/** The commands in Telegram's menu; everything else is the agent's own. */
export const MENU = [
  { command: 'new', description: 'Start an agent: /new [@agent] [name] [path]' },
  { command: 'sessions', description: 'All sessions; choose the one you write to' },
  { command: 'inbox', description: 'All that waits for you' },
  { command: 'allow', description: 'Let the agent do what it asks for, for a while' },
  { command: 'stop', description: 'Interrupt the agent' },
  { command: 'screen', description: 'What the terminal shows, with keys' },
  { command: 'done', description: 'Be done with a session: it goes to the archive' },
  { command: 'login', description: 'Log the agent in again' },
  { command: 'kill', description: 'End a session' },
  { command: 'archive', description: 'What ended, to look at and to go on with' },
  { command: 'rename', description: 'Call the session otherwise: /rename name' },
  { command: 'usage', description: 'What the agents have used, and their limits' },
  { command: 'health', description: 'How ccbot is doing' },
  { command: 'help', description: 'What you can do here' },
] as const;
