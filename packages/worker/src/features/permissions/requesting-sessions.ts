import type { AgentCatalog } from '../../agents/catalog';
import type { RequestPort } from '../../agents/request';
import type { Board } from '../../board/model';
import type { Session } from '../../sessions/model';
import type { Registry } from '../../sessions/registry';
import type { Waiting, WaitingSessions } from '../../sessions/waiting';

/** The sessions as requests see them. */
export interface RequestingSessions {
  get(id: string): Session | undefined;
  /** The live session that a hook belongs to, by ccbot's id of it or else by the agent's. */
  ofHook(ccbotSession: string | undefined, sessionId: string): Session | undefined;
  /** How the session's agent asks; null: it does not. */
  portOf(id: string): RequestPort | null;
  /** The chats that get the session's requests. */
  responders(id: string): readonly number[];
  /** Says whether the session waits for the user. */
  setWaiting(id: string, waiting: Waiting): void;
  /** A request of the session was closed just now. */
  closed(id: string): void;
}

export function createRequestingSessions(
  registry: Pick<Registry, 'get' | 'live'>,
  agents: AgentCatalog,
  board: Pick<Board, 'responders' | 'stir'>,
  waiting: WaitingSessions,
): RequestingSessions {
  return {
    get: (id) => registry.get(id),
    ofHook(ccbotSession, sessionId) {
      const live = registry.live();
      return (
        live.find(({ id }) => id === ccbotSession) ??
        live.find(({ binding }) => binding?.sessionId === sessionId)
      );
    },
    portOf(id) {
      const session = registry.get(id);
      return session === undefined ? null : (agents.get(session.agent)?.kind.requests ?? null);
    },
    responders(id) {
      const session = registry.get(id);
      return session === undefined ? [] : board.responders(session);
    },
    setWaiting(id, state) {
      waiting.set(id, state);
      const session = registry.get(id);
      if (session !== undefined) board.stir(session);
    },
    closed: (id) => waiting.closed(id),
  };
}
