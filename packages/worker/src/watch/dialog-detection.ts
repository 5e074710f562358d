import type { Readiness } from '../agents/agent';
import type { Session } from '../sessions/model';

/** A screen that is neither the agent's nor blank, and has not changed for this long, ms, waits for the user. */
export const STILL_MS = 3_000;

/** The same for an agent that was ready before and has given its screen to something that moves, such as a pager, ms. */
export const TAKEN_MS = 6_000;

export interface DialogDetectionDeps {
  /** Reads a session's screen, and has it judged again. */
  read(id: string): void;
  now(): number;
}

/** Finds dialogs that no agent knows: the prompt of another program, a login page, a question of a new version. */
export interface DialogDetection {
  /**
   * What a screen is, by how the agent reads it and by how long it has been there: `dialog` if there was no place for
   * text for a while. It then stays a dialog, whatever changes on it, until text may be typed again.
   */
  judge(session: Session, readiness: Readiness, screen: readonly string[]): Readiness;
  release(id: string): void;
  stop(): void;
}

/** A screen without a place for text. Times are ms since the epoch. */
interface Suspect {
  text: string;
  /** Since when the text has not changed. */
  unchangedSince: number;
  /** Since when there is no place for text. */
  since: number;
  isDialog: boolean;
  timer?: NodeJS.Timeout;
}

interface DetectionState extends DialogDetectionDeps {
  suspects: Map<string, Suspect>;
}

export function createDialogDetection(deps: DialogDetectionDeps): DialogDetection {
  const state: DetectionState = { ...deps, suspects: new Map() };
  return {
    judge: (session, readiness, screen) => judge(state, session, readiness, screen),
    release: (id) => release(state, id),
    stop() {
      for (const id of [...state.suspects.keys()]) release(state, id);
    },
  };
}

function judge(
  state: DetectionState,
  { id, phase }: Session,
  readiness: Readiness,
  screen: readonly string[],
): Readiness {
  const { suspects } = state;
  if (readiness !== 'starting') {
    release(state, id);
    return readiness;
  }
  const text = screen.join('\n').trim();
  const known = suspects.get(id);
  if (known?.isDialog === true) return 'dialog';
  if (text === '') {
    release(state, id); // an agent draws nothing while it loads
    return readiness;
  }
  const now = state.now();
  const suspect: Suspect = known ?? { text, unchangedSince: now, since: now, isDialog: false };
  suspects.set(id, suspect);
  update(suspect, text, now);
  const stillAt = suspect.unchangedSince + STILL_MS;
  const dialogAt = phase === 'ready' ? Math.min(stillAt, suspect.since + TAKEN_MS) : stillAt;
  clearTimeout(suspect.timer);
  delete suspect.timer;
  if (now >= dialogAt) {
    suspect.isDialog = true;
    return 'dialog';
  }
  // If nothing more is printed, nothing else causes another reading.
  suspect.timer = setTimeout(() => state.read(id), dialogAt - now);
  return readiness;
}

function update(suspect: Suspect, text: string, now: number): void {
  if (suspect.text !== text) {
    suspect.text = text;
    suspect.unchangedSince = now;
  }
  if (suspect.unchangedSince > now) {
    // The clock was set back.
    suspect.unchangedSince = now;
    suspect.since = now;
  }
}

function release({ suspects }: DetectionState, id: string): void {
  clearTimeout(suspects.get(id)?.timer);
  suspects.delete(id);
}
