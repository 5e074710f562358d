import { runHook, type Hook } from './hooks';

/** What was decided about a tool: at the terminal, or by a hook. */
export type Decision = 'allow' | 'deny';

/** A request that is open. */
export interface Asking {
  /** Resolves with the first decision, wherever it was made; null when the turn was interrupted. */
  readonly decided: Promise<Decision | null>;
  /** Decides at the terminal; the hooks are ended. */
  decide(decision: Decision | null): void;
}

/** Asks through the `PermissionRequest` hooks, and at the terminal at the same time: whoever answers first decides. */
export function askPermission(hooks: readonly Hook[], body: string): Asking {
  const ending = new AbortController();
  let resolve: (decision: Decision | null) => void = () => undefined;
  const decided = new Promise<Decision | null>((done) => (resolve = done));
  const decide = (decision: Decision | null): void => {
    resolve(decision);
    ending.abort();
  };
  for (const hook of hooks) {
    void runHook(hook, body, ending.signal).then((printed) => {
      const decision = decisionIn(printed);
      // A hook that prints nothing leaves it to the terminal.
      if (decision !== null) decide(decision);
    });
  }
  return { decided, decide };
}

/** The decision in what a hook printed; null when there is none. */
export function decisionIn(printed: string): Decision | null {
  try {
    const parsed = JSON.parse(printed) as {
      hookSpecificOutput?: { decision?: { behavior?: unknown } };
    } | null;
    const behavior = parsed?.hookSpecificOutput?.decision?.behavior;
    return behavior === 'allow' || behavior === 'deny' ? behavior : null;
  } catch {
    return null; // nothing, or words for somebody else
  }
}
