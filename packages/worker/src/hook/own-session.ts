/**
 * The ccbot session that this program belongs to. Not that of an agent in another pane: an agent that leads a team opens
 * panes for its members, which may inherit its environment, and what they report is not about it.
 */
export function ownSession(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const { CCBOT_SESSION: session, CCBOT_PANE: pane, TMUX_PANE: here } = env;
  return pane === undefined || here === undefined || pane === here ? session : undefined;
}
