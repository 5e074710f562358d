import type { AgentEntry } from './menu/entries';

/** The wish behind a message or a tap, decided by `route`. A feature's own intents carry more fields; `do` names the command. */
export interface Intent {
  readonly do: string;
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

/** A message that was edited. */
export interface EditIntent extends Intent {
  readonly do: 'edit';
  readonly message: number;
  readonly text: string;
}

/** Why a message leads to nothing: a code, put into words where it is said. */
export type RefusalReason =
  | { code: 'nothing-to-type' }
  | { code: 'no-sessions' }
  | { code: 'no-active-session' }
  | { code: 'no-such-session'; name: string }
  /** The quoted message belongs to a session that has ended. */
  | { code: 'quoted-session-ended'; name: string }
  /** A kind of message no agent can be given, by Telegram's name of it. */
  | { code: 'unsupported'; kind: string }
  /** The command `of` was written in a way it does not understand; its own `usage` explains. */
  | { code: 'usage'; of: string; problem: string; values: readonly string[] };

/** Nothing happens but an explanation. */
export interface RefusalIntent extends Intent {
  readonly do: 'refuse';
  readonly reason: RefusalReason;
}

/** A refusal. */
export const refuse = (reason: RefusalReason): RefusalIntent => ({ do: 'refuse', reason });

/** What `route` knows of a chat: plain data, so that a logged message can be routed again. */
export interface ChatView {
  /** Live sessions, oldest first. */
  sessions: readonly { id: string; name: string }[];
  /** Ids of archived sessions. */
  archived: readonly string[];
  /** The session that plain messages go to. */
  active: string | undefined;
  /** The session of the quoted message; of an ended one only the name is of use. */
  quoted?: { id: string; name: string; live: boolean };
  /** The agents that can be started. `line`: the agent is a command line that the user writes. */
  agents: readonly { id: string; line: boolean }[];
  /** The active agent's own commands as they are in the menu. */
  menu?: readonly AgentEntry[];
  /** The commands that wait for this chat's next text, most important first. */
  awaited: readonly AwaitedText[];
}

/** A command that waits for the next text of a chat. */
export interface AwaitedText {
  do: string;
  /** Takes texts that begin with `/` too, unless they are ccbot's own commands. */
  takesSlash: boolean;
  /** What else the intent carries. */
  carries: Readonly<Record<string, unknown>>;
}

/** The intent of an awaited text. */
export interface TextIntent<D extends string> extends Intent {
  readonly do: D;
  readonly text: string;
}
