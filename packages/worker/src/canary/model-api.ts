/** A tool call, in the agent's own name and shape. */
export interface ToolCall {
  name: string;
  input: Readonly<Record<string, unknown>>;
}

/** The answer of the canary's model to a request: a text, or a tool call that needs the user's permission. */
export type ModelReply = { text: string } | ToolCall;

/** The parts of a request to the model that the canary checks. */
export interface ModelRequest {
  /** The user's texts, without the agent's own reminders. */
  texts: readonly string[];
  /** Whether it ends with the result of a tool. */
  hasToolResult: boolean;
  /** Whether it carries tools. Agents also send requests without any, for a title and the like. */
  hasTools: boolean;
}
