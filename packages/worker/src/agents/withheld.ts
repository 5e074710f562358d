import type { Config } from '@ccbot/shared/config/schema';
import type { Withheld } from '@ccbot/shared/environment/agents';
import { ownVariables } from './registry';

/** What no program gets that ccbot starts for an agent, besides what the shared table says. */
export function withheldFromAgents({
  TELEGRAM_BOT_TOKEN: token,
}: Pick<Config, 'TELEGRAM_BOT_TOKEN'>): Withheld {
  return { more: ownVariables(), secrets: [token] };
}
