import type { RequestContent, RequestDecision } from './model';

/** How one kind of agent asks, and how it is answered. */
export interface RequestPort {
  /** Reads a hook's payload; null for one that asks nothing. */
  read(payload: Readonly<Record<string, unknown>>): RequestContent | null;
  /** What the hook prints for a decision. */
  answer(request: RequestContent, decision: RequestDecision): string;
  /**
   * How long the person is waited for, ms, before the agent's own dialog has to come up at the terminal; null: it is
   * there meanwhile, and nothing is lost by waiting.
   */
  limitMs(request: RequestContent): number | null;
}
