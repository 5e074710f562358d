import type { SettingPage } from './preferences';
import type { HelpSection } from '../words/topics/help';
import type { RequestAction } from '../features/permissions/model';
import type { AgentEntry } from './menu/entries';
import type { BrowseAct } from '../features/new-session/button-codec';
import type { Words } from '../words/words';

/** What the person wants, decided from one message or tap; `perform` brings it about. */
export type Intent =
  /** Show the menu or a page of the settings, in the message that the command named `of` showed; `set` first. */
  | { do: 'settings'; of?: string; page?: SettingPage; set?: { key: string; value: string } }
  /** Show the help; `section`: that page of it, in the message that the `/help` named `of` showed. */
  | { do: 'help'; of?: string; section?: HelpSection }
  | { do: 'list' }
  | { do: 'status' }
  /** The agents' own figures and limits. */
  | { do: 'usage' }
  /** Whether a session goes on after the limit that it ran into: at its reset, now, or not by itself. */
  | { do: 'resume'; session: string; when: ResumeWhen }
  /**
   * Open a window with an agent. `path` as the person wrote it; absent: where the last session was. `line`: the command
   * line, for an agent that is a command of the person's.
   */
  | { do: 'new'; agent?: string; name?: string; path?: string; line?: string }
  /** Have another agent go on with a session's work. */
  | { do: 'handover'; session: string; agent: string }
  /** Let the person look for the directory of a new session; a tap on what is offered; the text that it waits for. */
  | { do: 'browse-new' }
  | { do: 'browse'; request: string; act: BrowseAct }
  | { do: 'browse-text'; text: string }
  | { do: 'switch'; session: string }
  /** Turn a page of the past on the session's card; `at`, `part`: the one that is shown, absent: what it does now. */
  | { do: 'page'; session: string; at?: number; part?: number; go: 'older' | 'newer' }
  /** Unfold or fold the further keys of the session's card. */
  | { do: 'more'; session: string; on: boolean }
  /** Have the agent begin anew with an empty context; first asked, then done. */
  | { do: 'clear'; session: string; sure: boolean }
  /** Type `text` into the session's agent. */
  | { do: 'prompt'; session: string; text: string }
  /** A message has another text now. */
  | { do: 'edit'; message: number; text: string }
  | { do: 'interrupt'; session: string }
  /** Show the terminal's screen in a message of its own; show it anew where it is; take it away. */
  | { do: 'screen'; session: string }
  | { do: 'refresh'; session: string }
  | { do: 'hide'; session: string }
  | { do: 'key'; session: string; key: PhoneKey }
  /** End the session's agent and window; first asked, then done. */
  | { do: 'kill'; session: string; sure: boolean }
  /** Put a session into the archive: the person is done with it. */
  | { do: 'done'; session: string }
  /** List the archive; show one of it; have it go on; take it out for good, first asked, then done. */
  | { do: 'archive'; page: number }
  | { do: 'archived'; session: string }
  | { do: 'restore'; session: string }
  | { do: 'forget'; session: string; sure: boolean }
  /** Have every session go on that was found lost at a time, ms since the epoch: earlier ones were left on purpose. */
  | { do: 'restore-lost'; at: number }
  | { do: 'rename'; session: string; name: string }
  /** Show what happened in a session, the newest page is 0; send all of it as a file. */
  | { do: 'history'; session: string; page: number }
  | { do: 'export'; session: string }
  /** What to do with a prompt of which nobody knows whether it was typed before a crash. */
  | { do: 'retype'; prompt: number }
  | { do: 'drop'; prompt: number }
  /** Log the agent of a session in, or the one that new sessions get; the code that its page shows; never mind. */
  | { do: 'login'; session?: string; sure?: true }
  | { do: 'login-code'; text: string }
  | { do: 'login-cancel' }
  /** Show what is masked in a part of a message, or mask it again. */
  | { do: 'veil'; id: string; part: number; show: boolean }
  /** Whether a file that may hold credentials, and that an agent wants to send, is to be sent. */
  | { do: 'offer'; id: string; send: boolean }
  /** What to do about a request of an agent. */
  | { do: 'ask'; ask: number; act: RequestAction }
  /** The text that a request waits for. */
  | { do: 'ask-text'; ask: number; text: string }
  /** Everything that waits for the person. */
  | { do: 'inbox' }
  /** Whether a session is allowed everything it asks for; absent: the person is asked for how long. */
  | { do: 'allow-all'; session: string; how?: 'minutes' | 'turn' | 'off' }
  /** Tell of what was started at the desk; make such a window a session's; close it, first asked, then done. */
  | { do: 'strays' }
  | { do: 'adopt'; stray: string }
  | { do: 'close-stray'; stray: string; sure: boolean }
  /** Say something back; nothing else happens. */
  | { do: 'tell'; text: string }
  /** A button whose thing is gone. */
  | { do: 'expired' };

/** When a session goes on after a limit. */
export const RESUME_WHEN = ['reset', 'now', 'never'] as const;
/** See {@link RESUME_WHEN}. */
export type ResumeWhen = (typeof RESUME_WHEN)[number];

/** The keys of the screen keyboard, in tmux's spelling. */
export const PHONE_KEYS = [
  'Enter',
  'Escape',
  'Up',
  'Down',
  'Left',
  'Right',
  'Tab',
  'BTab',
  'Space',
  'C-c',
  ...(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] as const),
  'y',
  'n',
] as const;
/** A key of the screen keyboard. */
export type PhoneKey = (typeof PHONE_KEYS)[number];

/** What the router has to know of the sessions: nothing more than names. */
export interface RouterView {
  /** What ccbot says, in the language of the chat. */
  words: Words;
  /** Oldest first. */
  sessions: readonly { id: string; name: string }[];
  /** Ids of those in the archive. */
  archived: readonly string[];
  /** The session that this chat's plain messages go to. */
  active: string | undefined;
  /** The session that the message which this one answers to is of; of one that has ended, `name` alone is of use. */
  quoted?: { id: string; name: string; live: boolean };
  /** The next plain message is the code of a login. */
  login?: boolean;
  /** The agents that can be started; `line`: one of them is a command line of the person's. */
  agents: readonly { id: string; line: boolean }[];
  /** The commands of the active session's agent as the menu has them. */
  commands?: readonly AgentEntry[];
  /** The next plain message is a path, or the name of a folder. */
  browsing?: boolean;
  /** The request that this chat's next message is the text for. */
  writing?: number;
}
