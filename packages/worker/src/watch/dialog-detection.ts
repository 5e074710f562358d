import type { Readiness } from '../agents/agent';
import type { Session } from '../sessions/model';

/** A screen that is neither the agent's nor blank, and stands still for this long, ms, waits for the person. */
export const STILL_MS = 3_000;

/** The same of an agent that was ready before, and whose place something took that moves, such as a pager or a clock, ms. */
export const TAKEN_MS = 6_000;

/** What judging screens needs. */
export interface DialogDetectionDeps {
  /** Looks at a session's screen; the look asks for a judgement again. */
  look(id: string): void;
  now(): number;
}

/** Finds dialogs that no agent knows: another program's prompt, a login page, a question of a new version. */
export interface DialogDetection {
  /**
   * What a screen is, by how the agent reads it and by how long it has been there: `dialog` for one on which there has
   * been no place for text for a while. Once found it stays one, whatever changes on it, until text may be typed again.
   */
  judge(session: Session, readiness: Readiness, screen: readonly string[]): Readiness;
  release(id: string): void;
  stop(): void;
}

interface Watched {
  text: string;
  /** Since when the text stands there, and since when there is no place for text, ms since the epoch. */
  since: number;
  from: number;
  found: boolean;
  timer?: NodeJS.Timeout;
}

/** Makes the judgement; it has seen nothing yet. */
export function createDialogDetection(deps: DialogDetectionDeps): DialogDetection {
  const all = new Map<string, Watched>();

  function release(id: string): void {
    clearTimeout(all.get(id)?.timer);
    all.delete(id);
  }

  return {
    judge({ id, phase }, readiness, screen) {
      if (readiness !== 'starting') {
        release(id);
        return readiness;
      }
      const text = screen.join('\n').trim();
      const seen = all.get(id);
      if (seen?.found === true) return 'dialog';
      if (text === '') {
        release(id); // an agent draws nothing while it is loaded
        return readiness;
      }
      const now = deps.now();
      const mine: Watched = seen ?? { text, since: now, from: now, found: false };
      all.set(id, mine);
      if (mine.text !== text) [mine.text, mine.since] = [text, now];
      if (mine.since > now) [mine.since, mine.from] = [now, now]; // the clock was set back
      const due = Math.min(mine.since + STILL_MS, phase === 'ready' ? mine.from + TAKEN_MS : Infinity);
      clearTimeout(mine.timer);
      delete mine.timer;
      if (now >= due) {
        mine.found = true;
        return 'dialog';
      }
      // Nothing may be printed any more that would bring about another look.
      mine.timer = setTimeout(() => deps.look(id), due - now);
      return readiness;
    },
    release,
    stop() {
      for (const id of [...all.keys()]) release(id);
    },
  };
}
