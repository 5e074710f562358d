import * as z from 'zod/mini';
import { parseRow, type RowFormat } from '../../store/json';
import type { Settings } from '../../store/settings';
import type { KeptLimit } from './limits';
import type { LimitStore } from './usage';

export const limitSchema = z.object({
  window: z.string(),
  usedPercent: z.number(),
  resetsAt: z.exactOptional(z.number()),
  at: z.number(),
  told: z.number(),
});

const format: RowFormat<KeptLimit> = { version: 1, schema: limitSchema };

/** The agents' limits, among the settings. A limit that cannot be read is skipped: the agent reports it again. */
export function createLimitStore(settings: Settings): LimitStore {
  const scopeOf = (agent: string): string => `limits:${agent}`;
  return {
    get(agent, window) {
      return parseLimit(settings.get(scopeOf(agent), window));
    },
    put(agent, limit) {
      settings.set(scopeOf(agent), limit.window, JSON.stringify(limit));
    },
    all() {
      return settings.under('limits:').flatMap(({ scope, value }) => {
        const limit = parseLimit(value);
        return limit === undefined ? [] : [{ agent: scope.slice('limits:'.length), limit }];
      });
    },
  };
}

function parseLimit(text = ''): KeptLimit | undefined {
  const limit = parseRow(format, text);
  return limit.ok ? limit.value : undefined;
}
