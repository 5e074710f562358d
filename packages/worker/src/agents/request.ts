import type { RequestContent, RequestDecision } from './model';

/** How one kind of agent asks for a decision, and how it is answered. */
export interface RequestPort {
  /** Reads a hook's payload. Null for a payload that asks for nothing. */
  read(payload: Readonly<Record<string, unknown>>): RequestContent | null;
  /** The text that the hook prints for a decision. */
  answer(request: RequestContent, decision: RequestDecision): string;
  /**
   * How long ccbot waits for the user, in ms, before the agent shows its own dialog in the terminal. Null when that
   * dialog is on the screen all along: then waiting costs nothing.
   */
  limitMs(request: RequestContent): number | null;
}
