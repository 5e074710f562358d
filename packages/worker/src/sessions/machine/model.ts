import type { KnownProcess } from '@ccbot/shared/processes/known-process';
import type { Readiness } from '../../agents/agent';
import type { OutboxKey } from '../../outbox/keys';
import type { Figures, SessionEvent } from '../events';
import type { AutoAllow, Binding, Limited, Session } from '../model';

/** What happens to a session. `at` is ms since the epoch, `by` the chat of the user who did it. */
export type SessionInput =
  /** The window is there and the agent's program runs. `program`: absent if it is known already. */
  | { type: 'opened'; at: number; program?: KnownProcess }
  /** The window cannot be found, but these processes of the agent still run. */
  | { type: 'missing'; at: number; processes: readonly KnownProcess[] }
  /** The user leaves an agent whose window cannot be found as it is. */
  | { type: 'left-running'; at: number }
  /** The screen was read. `writing`: the text the agent is writing, where its screen shows it; null: none. */
  | { type: 'looked'; at: number; readiness: Readiness; screen: readonly string[]; writing?: string | null }
  /** The user said whether the session continues after its limit: at the reset, now, or not by itself. */
  | { type: 'resume.asked'; at: number; when: 'reset' | 'now' | 'never' }
  /** The session's limit resets. */
  | { type: 'reset.due'; at: number }
  /** Time has passed over a working session. */
  | { type: 'ticked'; at: number }
  /**
   * The agent's own session is known, or is another one now: after a start, `/clear` or resume; or its transcript has
   * another path. `previous`: see {@link Binding}.
   */
  | ({ type: 'bound' } & Binding)
  /** The agent works in another directory. */
  | { type: 'moved'; at: number; cwd: string }
  /** The transcript has a new event. Of a `turn.started`, `replyTo` is the message that holds its prompt. */
  | { type: 'observed'; at: number; event: SessionEvent; replyTo?: number; by?: number }
  /** A user's message was typed. Without a transcript this alone marks a turn. */
  | { type: 'typed'; at: number; replyTo: number; by?: number }
  /** A user asked for the screen (without `by`: a key was pressed on it). `isNew`: in a new message below all others. */
  | { type: 'screen.asked'; at: number; isNew: boolean; by?: number }
  /** The card is shown below everything else. */
  | { type: 'card.asked'; at: number }
  /** The user closed the screen. */
  | { type: 'screen.closed'; at: number; by: number }
  /** The chat `by` writes to the session from now on. */
  | { type: 'joined'; at: number; by: number }
  /** The user allows the session everything it asks for; null: no longer. */
  | { type: 'allowing'; at: number; allowing: AutoAllow | null }
  | { type: 'died'; at: number; exitStatus: number | null; screen: readonly string[] }
  /** The window was closed at the terminal, and the agent is gone. */
  | { type: 'closed'; at: number }
  /** The agent ended in an adopted window, which stays. */
  | { type: 'left'; at: number }
  /** Window and agent were gone when ccbot came back. */
  | { type: 'lost'; at: number }
  /** The user ended it. */
  | { type: 'killed'; at: number }
  /** The user is done with it, or it was idle for long. */
  | { type: 'archived'; at: number; why: 'done' | 'idle' }
  /** No process is left of the agent of an ended session. */
  | { type: 'cleared'; at: number }
  /** An archived session continues under this name; its window is opened next. */
  | ({ type: 'restored'; at: number; name: string } & Partial<RestoredFrom>);

/** Where an archived session was found: its agent may have moved it after ccbot last saw it. */
export interface RestoredFrom {
  cwd: string;
  /** The agent's session to resume, with the path at which its transcript will be written. */
  sessionId: string;
  transcriptPath: string;
}

/** What follows from an input. Who does it, and whether in the transaction or after the commit, is in the handlers' tables. */
export type SessionEffect =
  /** Draw the live card. `minor`: only something beside the agent's work has changed, so it may wait. */
  | { do: 'show'; minor?: true }
  /** A turn began: its card goes below the user's message. */
  | { do: 'begin' }
  /** Show the turn in full: it has ended, or its answer is known. `of`: the session with the turn before. */
  | { do: 'finish'; of?: Session }
  /** Remove the live card. */
  | { do: 'hide' }
  /** Remove the message under a key from every chat. */
  | { do: 'retire'; key: OutboxKey }
  /** Remove the screen; `in`: from this chat only. */
  | { do: 'hide-screen'; in?: number }
  /** Say how the session ended. `atOnce`: right after its start. */
  | { do: 'tell-died'; exitStatus: number | null; screen: readonly string[]; atOnce: boolean }
  | { do: 'tell-closed' }
  /** Ask the user about an agent whose window cannot be found. */
  | { do: 'tell-missing' }
  | { do: 'tell-left' }
  | { do: 'tell-killed' }
  | { do: 'tell-archived'; why: 'done' | 'idle' }
  | { do: 'tell-limited'; limited: Limited; state: 'waits' | 'resumed' | 'over' }
  /** Show the screen. `asked`: the user waits for it. */
  | { do: 'show-screen'; asked: boolean }
  /** Listen to the window's output, or no longer. */
  | { do: 'watch'; on: boolean }
  /** Follow the transcript from the records of `at` on. */
  | { do: 'follow'; path: string; at: number }
  /** Find the agent's own session through its files. */
  | { do: 'discover' }
  /** Type what waits. */
  | { do: 'deliver' }
  /** The session is over: free what is held for it. */
  | { do: 'release' }
  /** The agent reported its account's limits. */
  | { do: 'account'; figures: Figures; at: number }
  /** The session can be named after its first words. */
  | { do: 'name' }
  /** Take away the agent's own dialog about a limit. */
  | { do: 'dismiss' }
  /** The time of the session's reset has changed. */
  | { do: 'alarm' }
  /** The session continues: type what waits, or else tell the agent to continue. */
  | { do: 'resume' }
  /** Other sub-agents run than before, or more is known of them. */
  | { do: 'agents' }
  /** The text the agent is writing has changed. */
  | { do: 'draft' }
  /** How a turn left the agent's login: the agent's name of an error, or absent: it works. */
  | { do: 'login'; error?: string };
