import type { Readiness } from '../../agents/agent';
import type { Figures, SessionEvent } from '../events';
import type { AutoAllow, Limited } from '../model';
import type { OutboxKey } from '../../outbox/keys';

/** What happens to a session. `at` is ms since the epoch. */
export type SessionInput =
  /** The window is there and the agent's program runs. */
  | { type: 'opened'; at: number }
  /** The screen was looked at. `writing`: the text that the agent is writing there, where the look can tell. */
  | { type: 'looked'; at: number; readiness: Readiness; screen: readonly string[]; writing?: string | null }
  /** The person said whether the session shall go on after the limit it ran into: at its reset, now, or not by itself. */
  | { type: 'resume.asked'; at: number; when: 'reset' | 'now' | 'never' }
  /** The reset of the limit that the session ran into is due. */
  | { type: 'reset.due'; at: number }
  /** Time has passed over a session at work. */
  | { type: 'ticked'; at: number }
  /** The agent's own session became known or changed (start, `/clear`, resume). */
  | { type: 'bound'; at: number; sessionId: string; transcriptPath: string }
  /** The transcript told something. `replyTo`: the message whose prompt this is, of a `turn.started`, in the chat `by`. */
  | { type: 'observed'; at: number; event: SessionEvent; replyTo?: number; by?: number }
  /** A message of the person was typed in. It tells of the turn where nothing else does: without a transcript. */
  | { type: 'typed'; at: number; replyTo: number; by?: number }
  /** The person of the chat `by` asked for the screen; absent: somebody pressed a key on it. `anew`: in a message of its own, below all others. */
  | { type: 'screen.asked'; at: number; anew: boolean; by?: number }
  /** The person is to see the session's card, below all else. */
  | { type: 'card.asked'; at: number }
  /** The person of the chat `by` has seen enough of it. */
  | { type: 'screen.closed'; at: number; by: number }
  /** The chat `by` writes to it from now on. */
  | { type: 'joined'; at: number; by: number }
  /** The person allows it everything it asks for, or not any more (null). */
  | { type: 'allowing'; at: number; allowing: AutoAllow | null }
  | { type: 'died'; at: number; exitStatus: number | null; screen: readonly string[] }
  | { type: 'closed'; at: number }
  /** The agent ended in a window that is the person's own, and stays. */
  | { type: 'left'; at: number }
  | { type: 'lost'; at: number }
  /** The person ended it. */
  | { type: 'killed'; at: number }
  /** The person is done with it, or nothing happened in it for long. */
  | { type: 'archived'; at: number; why: 'done' | 'idle' }
  /** Nothing is left of the agent of one that is over. */
  | { type: 'cleared'; at: number }
  /** An archived one is to go on, under this name; its window is to be opened. */
  | { type: 'restored'; at: number; name: string };

/** What is to be done about it. The first group is written with the state in one transaction, the second follows the commit. */
export type SessionEffect =
  /** `minor`: what has changed is in the making, or beside what the agent does; it may wait. */
  | { do: 'show'; minor?: true }
  /** A turn began: its card goes below the person's message. */
  | { do: 'begin' }
  | { do: 'finish' }
  /** The card goes. */
  | { do: 'hide' }
  | { do: 'retire'; key: OutboxKey }
  /** `in`: only in this chat. */
  | { do: 'hide-screen'; in?: number }
  | { do: 'tell-died'; exitStatus: number | null; screen: readonly string[]; atOnce: boolean }
  | { do: 'tell-closed' }
  | { do: 'tell-left' }
  | { do: 'tell-killed' }
  | { do: 'tell-archived'; why: 'done' | 'idle' }
  | { do: 'tell-limited'; limited: Limited; state: 'waits' | 'resumed' | 'over' }
  // after the commit; of a screen, `asked`: the person waits for it
  | { do: 'show-screen'; asked: boolean }
  | { do: 'watch'; on: boolean }
  | { do: 'follow'; path: string; at: number }
  | { do: 'discover' }
  | { do: 'deliver' }
  | { do: 'release' }
  /** The agent told of its account. */
  | { do: 'account'; figures: Figures; at: number }
  /** What it is about is known, and it has no name of its own yet. */
  | { do: 'name' }
  /** The agent ran into a limit; a question of its own about that is taken away. */
  | { do: 'dismiss' }
  /** When the session's limit is over has changed. */
  | { do: 'alarm' }
  /** The session shall go on: what waits is typed, or else a word to go on. */
  | { do: 'resume' }
  /** Other sub-agents run than before, or more is known of them. */
  | { do: 'agents' }
  /** The text that is being written has changed. */
  | { do: 'draft' }
  /** A turn told of the agent's login: the agent's name of an error, or that it works. */
  | { do: 'login'; error?: string };
