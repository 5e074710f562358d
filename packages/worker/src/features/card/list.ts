import type { AgentCatalog } from '../../agents/catalog';
import type { ActiveSession } from '../../chat/active-session';
import type { Conversation } from '../../chat/command';
import type { Registry } from '../../sessions/registry';
import { sessionButtons } from './view';

export interface ListDeps {
  registry: Pick<Registry, 'live'>;
  agents: Pick<AgentCatalog, 'titleOf'>;
  active: Pick<ActiveSession, 'get'>;
}

export function listSessions(
  { registry, agents, active }: ListDeps,
  { chatId, say, ack, words }: Conversation,
): void {
  ack();
  const sessions = registry.live();
  if (sessions.length === 0) return say(words.noSessions);
  const titleOf = (agent: string): string => agents.titleOf(agent);
  say(words.chooseSession, sessionButtons(sessions, active.get(chatId), titleOf, words));
}
