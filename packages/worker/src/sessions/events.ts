/**
 * What happened in a session, in order: the only stream that the session machine and the card reducer read. The readers
 * of the agents make it from transcripts, hooks and the terminal. `at` comes from the source, ms since the epoch.
 */
export type SessionEvent =
  /** The agent took a prompt: a turn begins. `turnId`: the agent's own id of it, which its hooks report too. */
  | { type: 'turn.started'; at: number; prompt: string; turnId?: string }
  /**
   * The agent took a prompt that does not begin a turn: one that it put into its queue, one that joined the running turn,
   * or one of its own commands. `queued`: it waits in the agent's queue until the running turn ends.
   */
  | { type: 'prompt.taken'; at: number; prompt: string; queued?: true }
  /**
   * A text block of the agent, whole. Blocks of one message share `message`. `isFinal`: whether its message ends what the
   * agent does for the prompt, or a tool call follows; absent: not known.
   */
  | { type: 'text'; at: number; id: string; message: string; text: string; isFinal?: boolean }
  /** A hook told the last text of a turn; the record of it is there, or follows. `turnId`: see `turn.started`. */
  | { type: 'answer.told'; at: number; text: string; turnId: string }
  | { type: 'thinking'; at: number; id: string; text: string }
  /** `title` is the tool's input in one line, such as the command. */
  | { type: 'tool.started'; at: number; id: string; name: string; title: string }
  /** `answered`: of questions to the user, whether somebody answered in the agent's time; absent: it does not say. */
  | { type: 'tool.ended'; at: number; id: string; ok: boolean; summary: string; answered?: boolean }
  /** The agent waits for the user again. `agents`: how many of its sub-agents still work, if it reports that. */
  | { type: 'turn.ended'; at: number; how: 'done' | 'interrupted' | 'failed'; agents?: number }
  /** The agent's own error flag, never guessed from wording. */
  | { type: 'api.error'; at: number; error: string; text: string }
  | { type: 'compacted'; at: number }
  /** What the agent reports about its own usage. An absent figure keeps its last value. */
  | { type: 'figures'; at: number; figures: Figures }
  /** The agent reports that its account has reached a limit. `resetsAt`: ms since the epoch, if it reports that. */
  | { type: 'limit.reached'; at: number; window?: string; resetsAt?: number }
  /** The agent's whole to-do list, in order; an empty list removes it. */
  | { type: 'todos'; at: number; todos: readonly Todo[] }
  /** An item of the to-do list was added or changed; absent fields keep their values. `gone`: it was removed. */
  | { type: 'todo'; at: number; id: string; text?: string; state?: TodoState; gone?: true }
  /**
   * A sub-agent started. `id` is that of the tool call that started it. `file` names its own transcript, if it has one
   * (`Agent.subTranscript`); the event is repeated when that becomes known later.
   */
  | { type: 'agent.started'; at: number; id: string; title: string; file?: string }
  /** What a sub-agent is doing: its newest tool, with the input in one line. `n` numbers its tools, from 1. */
  | { type: 'agent.doing'; at: number; id: string; n: number; tool: string; title: string }
  | { type: 'agent.ended'; at: number; id: string; ok: boolean }
  /** The agent works in another directory from now on; absolute. */
  | { type: 'moved'; at: number; cwd: string }
  /** A transcript record of an unknown kind, or of a sub-agent. Counted, never shown. */
  | { type: 'other'; at: number; record: string };

export type TodoState = 'open' | 'doing' | 'done';

/** An item of the agent's to-do list. */
export interface Todo {
  /** Unique within its list. */
  id: string;
  /** In one line. */
  text: string;
  state: TodoState;
}

/** Figures that an agent reported; none is guessed. `limits` are those of the account, the others those of the session. */
export interface Figures {
  /** How much of the context window is used, percent. */
  contextPercent?: number;
  /** Tokens in the context, and in a full one. */
  contextTokens?: number;
  contextWindow?: number;
  /** The cost of the session so far, US dollars. */
  costUsd?: number;
  /** The display name of the model, such as `Opus 5.5`. */
  model?: string;
  /** The thinking effort in the agent's own word, such as `medium`. */
  effort?: string;
  /** The agent's program version. */
  version?: string;
  /** The limits that the agent reported. A limit that is absent is unknown, not unused. */
  limits?: readonly LimitFigure[];
}

/** How much of one limit of the account is used. */
export interface LimitFigure {
  /** `5h` or `week`, or else the agent's own name of the window. */
  window: string;
  usedPercent: number;
  /** When it resets, ms since the epoch; absent if the agent does not report it. */
  resetsAt?: number;
}
