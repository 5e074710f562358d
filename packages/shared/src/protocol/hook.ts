/**
 * One line of JSON from `ccbot hook` to the worker's socket (`run/worker.sock`). Kept free of any library:
 * the hook's start-up time is the person's waiting time.
 */
export interface HookLine {
  v: 1;
  kind: 'hook';
  /** ms since the epoch, taken when the hook started. */
  at: number;
  /** `CCBOT_SESSION` of the agent's environment: ccbot's own id of the session; absent for an agent started by hand. */
  ccbotSession?: string;
  /** `TMUX_PANE` of the agent's environment, such as `%5`. */
  pane?: string;
  /** Which agent's hook this is, such as `claude`. */
  backend: string;
  /** The agent's own payload, as received; `hook_event_name` and `session_id` are in it. */
  payload: Record<string, unknown>;
}
