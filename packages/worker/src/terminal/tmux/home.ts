/** The tmux session option that marks a session as ours. Its value is the `CCBOT_DIR`. */
export const HOME_OWNER_OPTION = '@ccbot_owner';

/** The tmux session option that holds the name that the settings gave our session. */
export const HOME_NAME_OPTION = '@ccbot_name';

/** A session of a tmux server. */
export interface TmuxSession {
  /** Such as `$3`; it never changes. */
  id: string;
  name: string;
  /** Name of its session group; empty if it is in none. */
  group: string;
  /** The values of the two options; empty if it is not ours. */
  owner: string;
  configured: string;
}

/** What became of our tmux session. */
export type Home =
  /** It is there, under whatever name. */
  | { is: 'here'; id: string }
  /** The settings give it another name than before. */
  | { is: 'renamed'; id: string }
  /** It must be created. `member`: the id of a session that kept its windows, whose group it joins. */
  | { is: 'missing'; member?: string };

/**
 * Finds our tmux session among those of a server. Our mark counts more than a name, since the user may rename it; a name
 * that the settings changed counts more than our mark.
 */
export function chooseHome(
  sessions: readonly TmuxSession[],
  { session: name, owner }: { session: string; owner: string },
): Home {
  const hasName = (session: TmuxSession): boolean => session.name === name;
  const marked = sessions.filter((session) => session.owner === owner && session.configured !== '');
  const kept = marked.filter(({ configured }) => configured === name);
  const here = kept.find(hasName) ?? kept[0] ?? sessions.find(hasName);
  if (here !== undefined) return { is: 'here', id: here.id };
  const [before] = marked;
  if (before !== undefined) return { is: 'renamed', id: before.id };
  const member = sessions.find(({ group }) => group === name);
  return { is: 'missing', ...(member === undefined ? {} : { member: member.id }) };
}
