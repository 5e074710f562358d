/** How long to wait for evidence of what was typed before a restart, ms: an agent writes its records within some 100 ms. */
export const EVIDENCE_MS = 1_500;

/** Waiting for the evidence that decides about prompts of unknown fate. */
export interface Evidence {
  /** Resolves when nothing of the session is in doubt any more, at the latest after {@link EVIDENCE_MS}. */
  wait(session: string): Promise<void>;
  /** Nothing of the session is in doubt any more. */
  enough(session: string): void;
  stop(): void;
}

export function createEvidence(): Evidence {
  const waiting = new Map<string, () => void>();
  return {
    wait: (session) =>
      new Promise((resolve) => {
        const end = (): void => {
          clearTimeout(timer);
          waiting.delete(session);
          resolve();
        };
        const timer = setTimeout(end, EVIDENCE_MS);
        waiting.set(session, end);
      }),
    enough: (session) => waiting.get(session)?.(),
    stop() {
      for (const end of [...waiting.values()]) end();
    },
  };
}
