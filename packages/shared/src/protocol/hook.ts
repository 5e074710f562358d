/**
 * What `ccbot hook` and the worker say to each other on the worker's socket (`run/worker.sock`), one line of JSON
 * each. Kept free of any library: the hook's start-up time is the person's waiting time.
 */
interface HookHead {
  v: 1;
  /** ms since the epoch, taken when the hook started. */
  at: number;
  /** `CCBOT_SESSION` of the agent's environment: ccbot's own id of the session; absent for an agent started by hand. */
  ccbotSession?: string;
  /** `TMUX_PANE` of the agent's environment, such as `%5`. */
  pane?: string;
  /** Which agent's hook this is, as it is registered. */
  backend: string;
  /** The agent's own payload, as received; `hook_event_name` and `session_id` are in it. */
  payload: Record<string, unknown>;
}

/** An event: told, and not waited for. */
export interface HookLine extends HookHead {
  kind: 'hook';
}

/** A question of the agent to the person: the hook waits for the answer. */
export interface AskLine extends HookHead {
  kind: 'ask';
  /** A uuid made by the hook. Said again under it, to a worker that was restarted, it is the same request. */
  request: string;
}

/** From the worker: the request is the person's now; the hook waits, and comes back when the connection breaks. */
export interface WaitingLine {
  v: 1;
  kind: 'waiting';
}

/** From the worker: what the hook is to print; empty when the agent's own dialog is to decide, or has decided. */
export interface AnswerLine {
  v: 1;
  kind: 'answer';
  out: string;
}

/** From the hook: the answer is in the agent's hands. */
export interface TakenLine {
  v: 1;
  kind: 'taken';
  request: string;
}

/** One line of JSON from `ccbot statusline` to the worker's socket: an agent's figures, as it gave them. */
export interface StatusLine extends Omit<HookHead, 'payload'> {
  kind: 'statusline';
  /** What the agent gives to its status line, as received. */
  payload: Record<string, unknown> & { session_id: string };
}
