import { parseJson } from '@ccbot/shared/protocol/json';
import * as z from 'zod/mini';
import { runHook, type Hook } from './hooks';

const hookOutput = z.object({
  hookSpecificOutput: z.object({ decision: z.object({ behavior: z.enum(['allow', 'deny']) }) }),
});

export type Decision = 'allow' | 'deny';

export interface PermissionRequest {
  /** Resolves with the first decision, from the terminal or a hook; null when the turn was interrupted. */
  readonly decided: Promise<Decision | null>;
  /** Decides at the terminal, and kills the hooks that still run. */
  decide(decision: Decision | null): void;
}

/** Asks the `PermissionRequest` hooks and the terminal at the same time; the first answer decides. */
export function requestPermission(hooks: readonly Hook[], body: string): PermissionRequest {
  const abort = new AbortController();
  let resolve: (decision: Decision | null) => void = () => undefined;
  const decided = new Promise<Decision | null>((done) => (resolve = done));
  const decide = (decision: Decision | null): void => {
    resolve(decision);
    abort.abort();
  };
  for (const hook of hooks) {
    void runHook(hook, body, abort.signal).then((printed) => {
      const decision = decisionIn(printed);
      // A hook that prints nothing leaves the decision to the terminal.
      if (decision !== null) decide(decision);
    });
  }
  return { decided, decide };
}

/** The decision in a hook's output; null when it holds none. */
export function decisionIn(printed: string): Decision | null {
  return parseJson(hookOutput, printed)?.hookSpecificOutput.decision.behavior ?? null;
}
