import * as z from 'zod/mini';
import { parseRow, type RowFormat } from '../../store/json';
import type { Settings } from '../../store/settings';
import type { AccountLimit } from './limits';

/** A limit as it is stored: `told` is the step that was announced. */
export const limitSchema = z.pipe(
  z.object({
    window: z.string(),
    usedPercent: z.number(),
    resetsAt: z.exactOptional(z.number()),
    at: z.number(),
    told: z.number(),
  }),
  z.transform(({ told, ...rest }) => ({ ...rest, announced: told })),
);

const format: RowFormat<AccountLimit> = { version: 1, schema: limitSchema };

/** A limit, and the id of its agent. */
export interface AgentLimit {
  agent: string;
  limit: AccountLimit;
}

/** The limits of the agents' accounts, on disk. */
export interface LimitStore {
  get(agent: string, window: string): AccountLimit | undefined;
  put(agent: string, limit: AccountLimit): void;
  all(): AgentLimit[];
}

/** Stores the limits among the settings. A limit that cannot be read is skipped: the agent reports it again. */
export function createLimitStore(settings: Settings): LimitStore {
  const scopeOf = (agent: string): string => `limits:${agent}`;
  return {
    get: (agent, window) => parseLimit(settings.get(scopeOf(agent), window)),
    put(agent, { announced, ...rest }) {
      settings.set(scopeOf(agent), rest.window, JSON.stringify({ ...rest, told: announced }));
    },
    all() {
      return settings.under('limits:').flatMap(({ scope, value }) => {
        const limit = parseLimit(value);
        return limit === undefined ? [] : [{ agent: scope.slice('limits:'.length), limit }];
      });
    },
  };
}

function parseLimit(text = ''): AccountLimit | undefined {
  const limit = parseRow(format, text);
  return limit.ok ? limit.value : undefined;
}
