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
   * or a command of its own.
   */
  | { type: 'prompt.taken'; at: number; prompt: string }
  /** A text block of the agent, whole. Blocks of one message share `message`. */
  | { type: 'text'; at: number; id: string; message: string; text: string }
  | { type: 'thinking'; at: number; id: string; text: string }
  /** `title` is the tool's input in one line, such as the command. */
  | { type: 'tool.started'; at: number; id: string; name: string; title: string }
  | { type: 'tool.ended'; at: number; id: string; ok: boolean; summary: string }
  /** The agent waits for the person again. */
  | { type: 'turn.ended'; at: number; how: 'done' | 'interrupted' | 'failed' }
  /** The agent's own error flag, never guessed from wording. */
  | { type: 'api.error'; at: number; error: string; text: string }
  | { type: 'compacted'; at: number }
  /** A transcript record of a kind this version does not know, or a sub-agent's. Counted, never shown. */
  | { type: 'other'; at: number; record: string };
