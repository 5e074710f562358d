import type { AgentCatalog } from '../agents/catalog';
import type { PanelLine } from '../cards/panel';
import type { CardRole } from '../cluster/model';
import { isAtWork, isLive, type Session } from '../sessions/model';
import { panelKey, panelLines } from './background';

/** The live sessions as the board sees them. */
export interface BoardSessions {
  /** Oldest first. */
  live(): readonly Session[];
  /** The session that a chat's plain messages go to; it may have ended. */
  writesTo(chatId: number): string | undefined;
  /** The same, if it is live. */
  activeIn(chatId: number): Session | undefined;
  /** What this machine does with the chat's card. A machine that works alone draws it. */
  roleOf(chatId: number): CardRole;
  /** Whether the session waits for an answer of the user. */
  isWaiting(session: Session): boolean;
  /** Whether the session's agent has a command that empties its context. */
  canClear(session: Session): boolean;
  /** What a card says of the sessions other than its own. `changed`: the new state of a session that is being written. */
  panel(own: Session, changed: Session): Panel;
  /** Whether another session works, on this machine or elsewhere. */
  othersWork(own: Session): boolean;
  /** Changes when the session's line in a panel changes, other than by the time. */
  panelKey(session: Session): string;
  /** The same, for the lines about the sessions of other machines. */
  elsewhereKey(): string;
}

/** The other sessions on a card, with the most lines it may have. */
export interface Panel {
  lines: readonly PanelLine[];
  max: number;
}

export interface BoardSessionsDeps {
  /** `elsewhere`: the lines about the sessions of other machines. */
  registry: { live(): readonly Session[]; elsewhere(): readonly PanelLine[] };
  waiting: { isWaiting(session: string): boolean };
  /** The session that each chat writes to, and what this machine does with the chat's card. */
  chats: { active(chatId: number): string | undefined; roleOf(chatId: number): CardRole };
  agents: Pick<AgentCatalog, 'of'>;
  panelMax: number;
  now(): number;
}

export function createBoardSessions(deps: BoardSessionsDeps): BoardSessions {
  const { registry, waiting, chats, agents, panelMax, now } = deps;
  const isWaiting = ({ id }: Session): boolean => waiting.isWaiting(id);
  return {
    live: () => registry.live(),
    writesTo: (chatId) => chats.active(chatId),
    activeIn(chatId) {
      const written = chats.active(chatId);
      return registry.live().find(({ id }) => id === written);
    },
    roleOf: (chatId) => chats.roleOf(chatId),
    isWaiting,
    canClear: (session) => agents.of(session).clearing !== undefined,
    panel(own, changed) {
      const sessions = registry.live().map((session) => (session.id === changed.id ? changed : session));
      const live = sessions.filter(isLive);
      return { lines: panelLines(live, own.id, isWaiting, now(), registry.elsewhere()), max: panelMax };
    },
    othersWork: ({ id }) =>
      registry.live().some((session) => session.id !== id && isAtWork(session)) ||
      registry.elsewhere().some(({ state }) => state === 'working'),
    panelKey: (session) => panelKey(session, isWaiting(session), now()),
    elsewhereKey: () =>
      JSON.stringify(registry.elsewhere().map(({ name, state, context }) => [name, state, context])),
  };
}
