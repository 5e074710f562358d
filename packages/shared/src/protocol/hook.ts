/**
 * The messages between `ccbot hook` and the worker on the worker's socket (`run/worker.sock`), one line of JSON each.
 * This file imports nothing, because every agent waits for the hook to start.
 */
interface HookHead {
  v: 1;
  /** When the hook started, ms since the epoch. Absent: the launcher wrote the line, at once. */
  at?: number;
  /** `CCBOT_SESSION` from the agent's environment: the session's id in ccbot. Absent if the agent was started by hand. */
  ccbotSession?: string;
  /** `TMUX_PANE` from the agent's environment, such as `%5`. */
  pane?: string;
  /** The name of the agent that the hook was registered for. */
  backend: string;
  /** The agent's payload as received, with `hook_event_name` and `session_id`. */
  payload: Record<string, unknown>;
}

/** An event. The hook does not wait for an answer. */
export interface HookLine extends HookHead {
  kind: 'hook';
}

/** A request from the agent to the user. The hook waits for the answer. */
export interface AskLine extends HookHead {
  kind: 'ask';
  /** A uuid chosen by the hook. When the hook sends it again, to a restarted worker, it is the same request. */
  request: string;
}

/** From the worker: the user has the request. The hook waits, and reconnects if the connection breaks. */
export interface WaitingLine {
  v: 1;
  kind: 'waiting';
}

/** From the worker: the text that the hook must print. Empty if the agent's own dialog decides, or has decided. */
export interface AnswerLine {
  v: 1;
  kind: 'answer';
  out: string;
}

/** From the hook: the agent has the answer. */
export interface TakenLine {
  v: 1;
  kind: 'taken';
  request: string;
}

/** From `ccbot statusline`: the figures that the agent passes to its status line. */
export interface StatusLine extends Omit<HookHead, 'backend' | 'payload'> {
  kind: 'statusline';
  /** The name of the agent; absent: the launcher wrote the line. */
  backend?: string;
  /** As received. */
  payload: Record<string, unknown> & { session_id: string };
}
