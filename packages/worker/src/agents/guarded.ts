import type { NamedValues } from '@ccbot/shared/trust/fingerprint';
import { missingRules } from './deny-rules';
import type { AgentKind } from './kind';
import { fields, type Fields } from './record';

/** Where ccbot and the user's files are. */
export interface GuardedPlace {
  /** The `CCBOT_DIR`, absolute. */
  dir: string;
  home: string;
}

/**
 * What an agent's settings say about hooks, ccbot's deny rules and the status line, by the name of the setting. With
 * these, somebody could answer requests instead of the user, or keep ccbot from hearing of them.
 */
export function guardedValues(
  settings: Fields,
  { hooks, deny, statusLine }: Pick<AgentKind, 'hooks' | 'deny' | 'statusLine'>,
  { dir, home }: GuardedPlace,
): NamedValues {
  const values: Record<string, string> = {};
  const store = (name: string, value: unknown): void => {
    if (value !== undefined) values[name] = JSON.stringify(value);
  };
  const events = settings['hooks'];
  if (typeof events === 'object' && events !== null) {
    for (const [event, groups] of Object.entries(fields(events))) store(`hooks.${event}`, groups);
  } else store('hooks', events);
  for (const name of [...(hooks?.switches ?? []), ...(statusLine ? ['statusLine'] : [])])
    store(name, settings[name]);
  if (deny !== null && 'list' in deny.place) {
    const { list } = deny.place;
    const rules = deny.rules(dir, home);
    const missing = missingRules(settings, list, rules);
    const present = rules.filter((rule) => !missing.includes(rule));
    if (present.length > 0) store(list.join('.'), present);
  }
  return values;
}
