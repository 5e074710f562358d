import { fault, FaultError } from '@ccbot/shared/faults/fault';
import { proxyFor } from '@ccbot/shared/config/no-proxy';
import type { Way } from '@ccbot/shared/net/advice';
import type { Settings } from '../store/settings';
import type { BotApi } from '../telegram/api';
import type { World } from './model';

/** What a run hands to the kernel: the world, before the bot's name is known and anything is measured. */
export interface RunWorld extends Omit<World, 'botUsername' | 'health' | 'measures'> {
  /** A connection of its own: rebuilding it must not break a send under way. */
  pollApi: BotApi;
  version: string;
}

/** What polling needs. Everything else of the world is loaded and opened while Telegram is asked for the first time. */
export type PollWorld = Pick<
  RunWorld,
  | 'config'
  | 'paths'
  | 'store'
  | 'updates'
  | 'pollApi'
  | 'cluster'
  | 'instance'
  | 'env'
  | 'log'
  | 'now'
  | 'chance'
  | 'version'
>;

/** The limit for the answer with the bot's name, ms. Long enough for two dead addresses of a host. */
const NAME_MS = 15_000;

/** Where calls go, and where the user corrects that. */
export function wayOf({ config, paths }: Pick<RunWorld, 'config' | 'paths'>): Way {
  const { TELEGRAM_API_ROOT: apiRoot } = config;
  return { apiRoot, proxyUrl: proxyFor(apiRoot, config), file: paths.env };
}

/**
 * The bot's user name: asked once and remembered, so that sessions start while Telegram cannot be reached.
 * Throws a {@link FaultError} `TOKEN_REFUSED`.
 */
export async function botUsername(
  { api, paths }: Pick<RunWorld, 'api' | 'paths'>,
  settings: Settings,
): Promise<string> {
  const known = settings.get('bot', 'username');
  if (known !== undefined) return known;
  const me = await api.call<{ username?: string }>('getMe', {}, { timeoutMs: NAME_MS });
  if (me.ok) {
    const name = me.value.username ?? '';
    settings.set('bot', 'username', name);
    return name;
  }
  if (me.failure.kind === 'refused' && me.failure.reason === 'unauthorized') {
    throw new FaultError(fault('TOKEN_REFUSED', { file: paths.env }));
  }
  return ''; // the poll loop deals with the network; the name is asked for again at the next start
}
