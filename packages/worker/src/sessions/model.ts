import { runningAgents } from '../cards/live';
import type { Card } from '../cards/model';
import { keys, type OutboxKey } from '../outbox/keys';

/** Where a session stands, as ccbot sees its terminal. */
export type SessionPhase =
  /** Asked for; its window may not be there yet. */
  | 'opening'
  /** The agent starts or restores: what the person writes waits. */
  | 'starting'
  /** The agent takes text, in a turn or not. */
  | 'ready'
  /** Something on the screen wants keys, not text: what the person writes waits. */
  | 'dialog'
  /** The agent's program ended, or its window was closed. */
  | 'ended'
  /** Its window was gone when ccbot came back. */
  | 'lost';

/** The agent's own session that runs in the window. */
export interface Binding {
  sessionId: string;
  transcriptPath: string;
  /** When it was learnt, ms since the epoch. */
  at: number;
}

/** Why a session is in the archive. */
export type EndedWhy =
  /** The person was done with it, or ended it. */
  | 'done'
  | 'killed'
  /** Its agent ended by itself, or its window was closed at the desk. */
  | 'died'
  | 'closed'
  /** Nothing happened in it for long. */
  | 'idle'
  /** Its window was gone when ccbot came back. */
  | 'lost';

/** How long a session is allowed everything it asks for. */
export type AutoAllow =
  /** Until this moment, ms since the epoch. */
  | { until: number }
  /** Until the running turn, or the next one, has ended. */
  | { until: 'done' };

/** One agent in one window: all that ccbot keeps of it, stored as JSON. */
export interface Session {
  /** ccbot's own id; the window carries it, and buttons do. */
  id: string;
  /** The chat of the person who started it. */
  chatId: number;
  name: string;
  /** The agent's id, as it is registered. */
  agent: string;
  cwd: string;
  /** The command line that the person wrote, where that is what runs. */
  line?: string;
  /** `screen`: there is no transcript; what the terminal shows is the card. */
  surface?: 'screen';
  /** Its agent was started by hand at the desk: its window is the person's, and stays when the session ends. */
  adopted?: true;
  createdAt: number;
  /** When its window was opened again, ms since the epoch; absent: never. */
  reopenedAt?: number;
  /** When something of the person or the agent last happened in it, ms since the epoch. */
  activeAt?: number;
  /** It is called after its directory, until its first words tell what it is about. */
  unnamed?: true;
  /** The person's first words in it, in one line. */
  about?: string;
  /** Since when and why it is in the archive; absent while it is live. */
  ended?: { at: number; why: EndedWhy };
  /** Its window is over, and nobody has made sure yet that nothing of its agent outlived it. */
  leftover?: true;
  /** It goes on with an earlier session of its agent, which has not settled yet: nothing is typed. */
  restoring?: boolean;
  phase: SessionPhase;
  binding?: Binding;
  card: Card;
  /** The account's limit that the agent ran into: what is written to it waits until that is over. */
  limited?: Limited;
  /** The person's message that began the running turn, and the chat in which it was written. */
  replyTo?: number;
  by?: number;
  /** The chat that last wrote something to it, whether or not that is worked on. */
  wroteLast?: number;
  /** How many messages showed its screen so far. */
  screens?: number;
  /** The chats whose people asked for the screen that is shown now. */
  screenIn?: readonly number[];
  /** The person has turned on that it is allowed everything it asks for. */
  allowing?: AutoAllow;
}

/** A limit of the account that ended a session's turn. Times are ms since the epoch. */
export interface Limited {
  /** When the agent ran into it. */
  at: number;
  /** See `LimitFigure`. */
  window?: string;
  resetsAt?: number;
  /** The person said that the session shall go on at the reset. */
  resume: boolean;
  /** The reset has passed, and the person has not said yet that the session shall go on. */
  over: boolean;
}

/** The outbox key of the message about a limit that the session ran into. */
export function limitKey(session: Session, limited: Limited): OutboxKey {
  return keys.limited(session.id, limited.at);
}

/** A session that has, or will have, a live agent. */
export function isLive(session: Session): boolean {
  return session.phase !== 'ended' && session.phase !== 'lost';
}

/** Whether the session's agent does something worth watching: its turn runs, or its sub-agents do. */
export function isAtWork(session: Session): boolean {
  return session.card.phase === 'working' || (isLive(session) && runningAgents(session.card).length > 0);
}

/** The outbox key of the finished view of one turn. */
export function turnKey(session: Session): OutboxKey {
  return keys.turn(session.id, session.card.turn);
}

/** The outbox key of the session's screen with its keys. */
export function screenKey(session: Session): OutboxKey {
  return keys.screen(session.id, session.screens ?? 0);
}
