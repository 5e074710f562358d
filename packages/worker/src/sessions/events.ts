/**
 * What happened in a session, in the order it happened: the one stream that the session machine and the
 * card reducer see. Made by `observe` from the transcript, the hooks and the terminal. `at` is ms since the
 * epoch and comes from the source.
 */
export type SessionEvent =
  /** The agent took a prompt: a turn begins. */
  | { type: 'turn.started'; at: number; prompt: string }
  /**
   * The agent took a prompt that begins no turn by itself: one it put into its queue, one that joined the running turn,
   * or a command of its own. `queued`: it waits in the agent's queue for the end of the turn that runs.
   */
  | { type: 'prompt.taken'; at: number; prompt: string; queued?: true }
  /** A text block of the agent, whole. Blocks of one message share `message`. */
  | { type: 'text'; at: number; id: string; message: string; text: string }
  | { type: 'thinking'; at: number; id: string; text: string }
  /** `title` is the tool's input in one line, such as the command. */
  | { type: 'tool.started'; at: number; id: string; name: string; title: string }
  | { type: 'tool.ended'; at: number; id: string; ok: boolean; summary: string }
  /** The agent waits for the person again. `agents`: how many of its sub-agents work on, where it says so. */
  | { type: 'turn.ended'; at: number; how: 'done' | 'interrupted' | 'failed'; agents?: number }
  /** The agent's own error flag, never guessed from wording. */
  | { type: 'api.error'; at: number; error: string; text: string }
  | { type: 'compacted'; at: number }
  /** What the agent says of its own consumption; what it does not say of is absent, and stays as it was. */
  | { type: 'figures'; at: number; figures: Figures }
  /** The agent's account has used up a limit, by the agent's own flag. `resetsAt` is ms since the epoch, where it says so. */
  | { type: 'limit.reached'; at: number; window?: string; resetsAt?: number }
  /** The agent's whole to-do list, in its order; an empty one takes it away. */
  | { type: 'todos'; at: number; todos: readonly Todo[] }
  /** One point of the to-do list came, or changed; what is absent stays as it was. `gone`: it was taken off the list. */
  | { type: 'todo'; at: number; id: string; text?: string; state?: TodoState; gone?: true }
  /**
   * A sub-agent began to work. `id` is that of the tool call that started it. `file` names its own transcript, where
   * it has one (`Agent.subTranscript`); told again when that becomes known later.
   */
  | { type: 'agent.started'; at: number; id: string; title: string; file?: string }
  /** What a sub-agent does now: its newest tool, with its input in one line. `n` is the tool's place in its work, from 1. */
  | { type: 'agent.doing'; at: number; id: string; n: number; tool: string; title: string }
  | { type: 'agent.ended'; at: number; id: string; ok: boolean }
  /** A transcript record of a kind this version does not know, or a sub-agent's. Counted, never shown. */
  | { type: 'other'; at: number; record: string };

/** How far a point of a to-do list is. */
export type TodoState = 'open' | 'doing' | 'done';

/** One point of the agent's to-do list. */
export interface Todo {
  /** Names the point within its list. */
  id: string;
  /** In one line. */
  text: string;
  state: TodoState;
}

/**
 * An agent's own figures. Every field is there only where the agent gave it; nothing is computed from guesses. All of
 * them but `limits` are of the session; `limits` are of the account.
 */
export interface Figures {
  /** How full the context is, in percent of the window. */
  contextPercent?: number;
  /** Tokens in the context, and how many fit. */
  contextTokens?: number;
  contextWindow?: number;
  /** What the session has cost so far, in US dollars. */
  costUsd?: number;
  /** The model's name for people, such as `Opus 5.5`. */
  model?: string;
  /** How hard the model thinks, in the agent's own word, such as `medium`. */
  effort?: string;
  /** The agent's program version. */
  version?: string;
  /** The account's limits that the agent told of. A limit it does not tell of is not known, not unused. */
  limits?: readonly LimitFigure[];
}

/** How much of one limit of the account is used. */
export interface LimitFigure {
  /** The limit's window: `5h` and `week` where it is one of these, else the agent's own name for it. */
  window: string;
  usedPercent: number;
  /** When it resets, ms since the epoch; absent where the agent does not say. */
  resetsAt?: number;
}
