import type { MessageStanding } from '../outbox/model';
import type { AgentEntry } from './menu/entries';
import type { NamedSession } from './named';

/** What a message or a tap means, decided by `route`. `do` names the command; the intents of features carry more fields. */
export interface Intent {
  readonly do: string;
}

/** An intent that one machine of several carries out, whoever has what it is about. */
export interface MachineIntent<D extends string> extends Intent {
  readonly do: D;
  /** Absent: this machine, which is the only one. */
  readonly host?: string;
}

/** An intent about one session. */
export interface SessionIntent<D extends string> extends Intent {
  readonly do: D;
  readonly session: string;
}

/** Text for a session's agent. */
export interface PromptIntent extends SessionIntent<'prompt'> {
  readonly text: string;
}

/** Text for an agent, while the chat has no session: it waits for the next one. */
export interface KeepIntent extends Intent {
  readonly do: 'keep';
  readonly text: string;
}

/** A message that was edited. */
export interface EditIntent extends Intent {
  readonly do: 'edit';
  readonly message: number;
  readonly text: string;
  /** As in `MessagePart`. */
  readonly unmarked?: string;
  /** As in `MessagePart`. */
  readonly own?: true;
}

/** Why a message has no effect: a code, put into words at the edge. */
export type RefusalReason =
  | { code: 'nothing-to-type' }
  | { code: 'no-sessions' }
  | { code: 'no-active-session' }
  | { code: 'no-such-session'; name: string }
  /** Several machines have one of this name. `choices`: how to name each. */
  | { code: 'several-sessions'; name: string; choices: readonly string[] }
  /** Another machine has it, and this one was given the message. */
  | { code: 'elsewhere'; name: string }
  /** The quoted message belongs to a session that has ended. */
  | { code: 'quoted-session-ended'; name: string }
  /** A kind of message that no agent can take, by Telegram's name. */
  | { code: 'unsupported'; kind: string }
  /** The command `of` could not be read; its own `usage` explains. */
  | { code: 'usage'; of: string; problem: string; values: readonly string[] };

/** Only an explanation is sent. */
export interface RefusalIntent extends Intent {
  readonly do: 'refuse';
  readonly reason: RefusalReason;
}

export const refuse = (reason: RefusalReason): RefusalIntent => ({ do: 'refuse', reason });

/** What `route` knows of a chat: plain data, so that a logged message can be routed again. */
export interface ChatView {
  /** Live sessions, oldest first. */
  sessions: readonly NamedSession[];
  /** All machines, where there are several. */
  machines?: readonly { host: string; isAway: boolean }[];
  /** The machine on which the chat starts sessions, if its user has chosen one. */
  defaultHost?: string | undefined;
  /** Live sessions that only other machines can act on. */
  elsewhere?: readonly NamedSession[];
  /** Ids of archived sessions. */
  archived: readonly string[];
  /** The session that plain messages go to. */
  active: string | undefined;
  /** What this database knows of the message whose button was tapped; absent: nothing, or nothing was tapped. */
  tapped?: MessageStanding;
  /** The session of the quoted message. */
  quoted?: { id: string; name: string; live: boolean };
  /** The agents that can be started. `line`: it runs a command line that the user writes. */
  agents: readonly { id: string; line: boolean }[];
  /** The active agent's own commands as they are in the menu. */
  menu?: readonly AgentEntry[];
  /** The commands that wait for this chat's next text, most important first. */
  awaited: readonly AwaitedText[];
}

/** A command that waits for the next text of a chat. */
export interface AwaitedText {
  do: string;
  /** Also takes texts that begin with `/`, except ccbot's own commands. */
  takesSlash: boolean;
  /** What the intent carries besides the text. */
  carries: Readonly<Record<string, unknown>>;
}

/** The intent of an awaited text. */
export interface TextIntent<D extends string> extends Intent {
  readonly do: D;
  readonly text: string;
}
