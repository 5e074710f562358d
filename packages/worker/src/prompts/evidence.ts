/** Evidence of what was typed before a restart is waited for this long, ms: an agent writes its records within some 100 ms. */
export const EVIDENCE_MS = 1_500;

/** Waiting for the evidence that decides about prompts of unknown fate. */
export interface Evidence {
  /** Resolves when nothing of the session is in doubt any more, or after a while. */
  wait(session: string): Promise<void>;
  /** Nothing of the session is in doubt any more. */
  enough(session: string): void;
  stop(): void;
}

/** Makes the waiting; it holds a timer only while somebody waits. */
export function createEvidence(): Evidence {
  const waiting = new Map<string, () => void>();
  return {
    wait: (session) =>
      new Promise((resolve) => {
        const over = (): void => {
          clearTimeout(timer);
          waiting.delete(session);
          resolve();
        };
        const timer = setTimeout(over, EVIDENCE_MS);
        waiting.set(session, over);
      }),
    enough: (session) => waiting.get(session)?.(),
    stop() {
      for (const over of [...waiting.values()]) over();
    },
  };
}
