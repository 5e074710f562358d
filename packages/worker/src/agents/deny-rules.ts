import { array, fields, type Fields } from './record';

/** The two keys that lead to the list of rules in an agent's settings, such as `permissions` and `deny`. */
export type RuleList = readonly [group: string, list: string];

/** What ccbot added to an agent's settings, so that it takes away no more than that. */
export interface AddedRules {
  rules: readonly string[];
  /** The keys of {@link RuleList} that were not there before. */
  keys: readonly string[];
}

/** The rules that the settings do not have. */
export function missingRules(
  settings: Fields,
  [group, list]: RuleList,
  rules: readonly string[],
): readonly string[] {
  const present = array(fields(settings[group])[list]);
  return rules.filter((rule) => !present.includes(rule));
}

/** Says why rules cannot be added without destroying something. Null when they can. */
export function misshapenRules(settings: Fields, [group, list]: RuleList): string | null {
  const parent = settings[group];
  if (parent === undefined) return null;
  if (typeof parent !== 'object' || parent === null || Array.isArray(parent))
    return `“${group}” is not an object`;
  const rules = fields(parent)[list];
  return rules === undefined || Array.isArray(rules) ? null : `“${group}.${list}” is not a list`;
}

/** Settings with the missing rules at the end of the list, and what that added. Changes nothing else. */
export function withRules(
  settings: Fields,
  [group, list]: RuleList,
  rules: readonly string[],
): { settings: Fields; added: AddedRules } {
  const missing = missingRules(settings, [group, list], rules);
  if (missing.length === 0) return { settings, added: { rules: [], keys: [] } };
  const parent = fields(settings[group]);
  const keys = [group in settings ? [] : [group], list in parent ? [] : [list]].flat();
  const next = { ...settings, [group]: { ...parent, [list]: [...array(parent[list]), ...missing] } };
  return { settings: next, added: { rules: missing, keys } };
}

/** Settings without the rules that ccbot added. Removes a list or group that it created, if that is empty now. */
export function withoutRules(settings: Fields, [group, list]: RuleList, added: AddedRules): Fields {
  const parent = fields(settings[group]);
  const present = parent[list];
  if (!Array.isArray(present)) return settings;
  const left = present.filter((rule: unknown) => !added.rules.some((ours) => ours === rule));
  if (left.length === present.length) return settings;
  if (left.length > 0 || !added.keys.includes(list))
    return { ...settings, [group]: { ...parent, [list]: left } };
  const { [list]: _list, ...others } = parent;
  if (Object.keys(others).length > 0 || !added.keys.includes(group)) return { ...settings, [group]: others };
  const { [group]: _group, ...rest } = settings;
  return rest;
}

/** What was added at any time. */
export function joinAdded(before: AddedRules | undefined, now: AddedRules): AddedRules {
  return {
    rules: [...new Set([...(before?.rules ?? []), ...now.rules])],
    keys: [...new Set([...(before?.keys ?? []), ...now.keys])],
  };
}
