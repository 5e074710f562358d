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
