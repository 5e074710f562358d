import type { KnownProcess } from '@ccbot/shared/processes/known-process';
import { runningAgents } from '../cards/live';
import type { Card } from '../cards/model';
import { keys, type OutboxKey } from '../outbox/keys';

/** The state of a session's terminal. */
export type SessionPhase =
  /** Requested; its window may not exist yet. */
  | 'opening'
  /** The agent starts or restores; prompts wait. */
  | 'starting'
  /** The agent takes text, during a turn too. */
  | 'ready'
  /** The screen wants keys, not text; prompts wait. */
  | 'dialog'
  /** The agent's program ended, or its window was closed. */
  | 'ended'
  /** Its window was gone when ccbot came back. */
  | 'lost';

/** The agent's own session that runs in the window. */
export interface Binding {
  sessionId: string;
  transcriptPath: string;
  /** When it became known, ms since the epoch. */
  at: number;
  /** The one before it, which counts until the transcript of this one exists: the agent may never write it. */
  previous?: Pick<Binding, 'sessionId' | 'transcriptPath'>;
}

/** Why a session is in the archive. */
export type EndedWhy =
  /** The user was done with it, or ended it. */
  | 'done'
  | 'killed'
  /** Its agent ended by itself, or its window was closed at the terminal. */
  | 'died'
  | 'closed'
  /** It was idle for long. */
  | 'idle'
  /** Its window was gone when ccbot came back. */
  | 'lost';

/** The agent of a session still runs, but the terminal has no window of it. */
export interface Missing {
  /** Since when, ms since the epoch. */
  at: number;
  processes: readonly KnownProcess[];
  /** The user wants it to be left as it is. */
  isLeft?: true;
}

/** How long a session is allowed everything it asks for. */
export type AutoAllow =
  /** Until this moment, ms since the epoch. */
  | { until: number }
  /** Until the running turn, or the next one, has ended. */
  | { until: 'done' };

/** One agent in one window, as it is stored. */
export interface Session {
  /** ccbot's own id; windows and buttons carry it. */
  id: string;
  /** The chat of the user who started it. */
  chatId: number;
  /** As the chat shows it. The registry adds the machine where there are several, see `plainName`. */
  name: string;
  /** The name alone, where `name` has the machine with it. Never stored. */
  plainName?: string;
  /** The id of the agent. */
  agent: string;
  /** The directory in which its agent works. It follows the agent. */
  cwd: string;
  /** The user's command line, where the agent is one. */
  line?: string;
  /** `screen`: there is no transcript, and the card shows the terminal. */
  surface?: 'screen';
  /** Its agent was started at the terminal: the window belongs to the user and stays when the session ends. */
  adopted?: true;
  createdAt: number;
  /** When its window was last reopened, ms since the epoch. */
  reopenedAt?: number;
  /** When the user or the agent last did something in it, ms since the epoch. */
  activeAt?: number;
  /** It has the name of its directory until its first words give it a better one. */
  unnamed?: true;
  /** The user's first words in it, in one line. */
  about?: string;
  /** When and why it was archived; absent while it is live. */
  ended?: { at: number; why: EndedWhy };
  /** The user ended it, and it is not certain yet that its agent is gone. */
  leftover?: true;
  /** The program of its window; of an adopted window the agent in it. Only the end of its processes ends a session. */
  program?: KnownProcess;
  missing?: Missing;
  /** Its agent resumes an earlier session and has not come to rest yet: nothing is typed. */
  restoring?: boolean;
  phase: SessionPhase;
  binding?: Binding;
  card: Card;
  /** The account's limit that the agent reached: prompts wait until it resets. */
  limited?: Limited;
  /** The message that began the running turn, and its chat. */
  replyTo?: number;
  by?: number;
  /** The chat that wrote to it last, whether or not the agent works on that. */
  wroteLast?: number;
  /** How many messages have shown its screen. */
  screens?: number;
  /** The chats that asked for the screen that is shown now. */
  screenIn?: readonly number[];
  /** The user's rule that allows it everything it asks for. */
  allowing?: AutoAllow;
}

/** A limit of the account that stopped a session. Times are ms since the epoch. */
export interface Limited {
  /** When the agent reached it. */
  at: number;
  /** See `LimitFigure`. */
  window?: string;
  resetsAt?: number;
  /** The user wants the session to continue at the reset. */
  resume: boolean;
  /** The limit has reset, and the user has not said yet whether the session continues. */
  over: boolean;
}

/** The outbox key of the message about a limit that the session reached. */
export function limitKey(session: Session, limited: Limited): OutboxKey {
  return keys.limited(session.id, limited.at);
}

/** How the chat names a session where there are several machines. */
export function sessionLabel(name: string, host: string): string {
  return `${name} · ${host}`;
}

/** The name of a session without its machine: what is stored, compared, and shown at the terminal. */
export function plainName({ name, plainName: alone }: Pick<Session, 'name' | 'plainName'>): string {
  return alone ?? name;
}

/** A session that has, or will have, a live agent. */
export function isLive(session: Session): boolean {
  return session.phase !== 'ended' && session.phase !== 'lost';
}

/** Whether the user ended an archived session, so that its agent must not run on. */
export function isUserEnded({ ended }: Session): boolean {
  return ended !== undefined && ['done', 'killed', 'idle'].includes(ended.why);
}

/** Whether the session's agent does something worth watching: its turn runs without an answer, or its sub-agents do. */
export function isAtWork(session: Session): boolean {
  const { card } = session;
  if (card.phase === 'working' && card.answered === undefined) return true;
  return isLive(session) && runningAgents(card).length > 0;
}

/** The outbox key of the question about an agent whose window cannot be found. */
export function missingKey(session: Session): OutboxKey {
  return keys.missing(session.id, session.missing?.at ?? 0);
}

/** The outbox key of the finished view of one turn. */
export function turnKey(session: Session): OutboxKey {
  return keys.turn(session.id, session.card.turn);
}

/** The outbox key of the session's screen with its keys. */
export function screenKey(session: Session): OutboxKey {
  return keys.screen(session.id, session.screens ?? 0);
}
