import { fault, FaultError } from '@ccbot/shared/faults/fault';
import type { Settings } from '../store/settings';
import type { BotApi } from '../telegram/api';
import type { World } from './model';

/** What `main` hands to a run: the world, before the bot's name is known and anything is measured. */
export interface RunWorld extends Omit<World, 'botUsername' | 'health' | 'measures'> {
  /** A connection of its own: rebuilding it must not break a send under way. */
  pollApi: BotApi;
  version: string;
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
  const me = await api.call<{ username?: string }>('getMe', {}, { timeoutMs: 10_000 });
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
