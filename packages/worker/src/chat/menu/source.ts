import type { AgentCommand } from '../../agents/agent';
import type { AgentCatalog } from '../../agents/catalog';
import { isLive } from '../../sessions/model';
import type { Registry } from '../../sessions/registry';
import { wordsIn } from '../../words/words';
import type { ActiveSession } from '../active-session';
import type { Grammar } from '../command';
import type { People } from '../people';
import type { MenuEntry } from './entries';
import { ownMenu } from './own-menu';

/** What the menus are made of. */
export interface MenuSource {
  /** Whether another machine sets the chat's menu, because it has the active session. Absent: none does. */
  isOthers?(chatId: number): boolean;
  /** The menu of clients that speak English, and of chats that need none of their own. */
  usual(): readonly MenuEntry[];
  /** ccbot's commands in the language of a chat. */
  own(chatId: number): readonly MenuEntry[];
  /** The commands of the agent that a chat writes to. */
  ofAgent(chatId: number): Promise<readonly AgentCommand[]>;
}

/** Where a menu's commands come from. */
export interface MenuSourceDeps {
  grammar: Grammar;
  people: People;
  active: ActiveSession;
  registry: Pick<Registry, 'get'>;
  agents: AgentCatalog;
  /** The user's home directory, where agents keep commands. */
  home: string;
}

export function createMenuSource(deps: MenuSourceDeps): MenuSource {
  const { grammar, people, active, registry, agents, home } = deps;
  return {
    usual: () => ownMenu(grammar, wordsIn('en')),
    own: (chatId) => ownMenu(grammar, people.wordsOf(chatId)),
    async ofAgent(chatId) {
      const session = registry.get(active.get(chatId) ?? '');
      if (session === undefined || !isLive(session)) return [];
      const { language } = people.wordsOf(chatId);
      return (await agents.of(session).commands?.(home, session.cwd, language)) ?? [];
    },
  };
}
