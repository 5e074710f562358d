import type { KeptLimit } from './limits';
import type { LimitStore } from './usage';
import type { Settings } from '../../store/settings';

/** The agents' limits among the small values. One that does not parse is as good as none: the agent tells it again. */
export function createLimitStore(settings: Settings): LimitStore {
  const scopeOf = (agent: string): string => `limits:${agent}`;
  return {
    get(agent, window) {
      return parse(settings.get(scopeOf(agent), window));
    },
    put(agent, limit) {
      settings.set(scopeOf(agent), limit.window, JSON.stringify(limit));
    },
    all() {
      return settings.under('limits:').flatMap(({ scope, value }) => {
        const limit = parse(value);
        return limit === undefined ? [] : [{ agent: scope.slice('limits:'.length), limit }];
      });
    },
  };
}

function parse(text: string | undefined): KeptLimit | undefined {
  try {
    const value: unknown = JSON.parse(text ?? 'null');
    if (typeof value !== 'object' || value === null) return undefined;
    const { window, usedPercent, at, told } = value as Partial<KeptLimit>;
    const whole =
      typeof window === 'string' &&
      typeof usedPercent === 'number' &&
      typeof at === 'number' &&
      typeof told === 'number';
    return whole ? (value as KeptLimit) : undefined;
  } catch {
    return undefined; // damaged
  }
}
