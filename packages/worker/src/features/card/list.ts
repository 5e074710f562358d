import type { AgentCatalog } from '../../agents/catalog';
import type { ActiveSession } from '../../chat/active-session';
import type { Conversation } from '../../chat/command';
import type { ClusterView } from '../../cluster/model';
import type { Registry } from '../../sessions/registry';
import { LISTED_MAX, sessionButtons, type ListedSession } from './view';
import { cardCommandWords } from './words/words';

export interface ListDeps {
  registry: Pick<Registry, 'live'>;
  /** The other machines; undefined: there is no cluster. */
  cluster: Pick<ClusterView, 'machines' | 'elsewhere'> | undefined;
  agents: Pick<AgentCatalog, 'titleOf'>;
  active: Pick<ActiveSession, 'get'>;
  now(): number;
}

/** Lists the sessions of all machines. */
export function listSessions(deps: ListDeps, { chatId, say, ack, words }: Conversation): void {
  const { agents, active, cluster, now } = deps;
  ack();
  const awayLines = words.machines.awayLines(cluster?.machines() ?? [], now());
  const sessions = listed(deps);
  if (sessions.length === 0) return say([words.noSessions, ...awayLines].join('\n\n'));
  const unlisted = sessions.length - LISTED_MAX;
  const more = unlisted > 0 ? [words.of(cardCommandWords).unlisted(unlisted)] : [];
  const titleOf = (agent: string): string => agents.titleOf(agent);
  say(
    [words.chooseSession, ...more, ...awayLines].join('\n\n'),
    sessionButtons(sessions, active.get(chatId), titleOf, words),
  );
}

/** Oldest first. */
function listed({ registry, cluster }: ListDeps): ListedSession[] {
  const own = registry
    .live()
    .map(({ id, name, agent, card, createdAt }) => ({ id, name, agent, phase: card.phase, createdAt }));
  if (cluster === undefined) return own;
  const others = cluster
    .elsewhere()
    .filter(({ live }) => live)
    .map((session) => ({ ...session, name: session.label, phase: session.activity }));
  return [...own, ...others].sort((a, b) => a.createdAt - b.createdAt);
}
